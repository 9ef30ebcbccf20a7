using System.Buffers;
using Flyball.Base.Transport;

namespace Flyball.Simulation.Network;

/// <summary>Messages cross the network as bytes: nobody shares an object with another process.</summary>
internal static class Copying
{
    public static Func<T, T> With<T>(StreamCodec<T> codec) where T : class => message =>
    {
        var buffer = new ArrayBufferWriter<byte>();
        codec.Write(message, buffer);
        return codec.Read(new ReadOnlySequence<byte>(buffer.WrittenMemory));
    };
}
