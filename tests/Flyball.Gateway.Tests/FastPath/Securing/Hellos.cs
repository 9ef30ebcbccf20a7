using System.Buffers.Binary;
using System.Net.Security;
using System.Text;

namespace Flyball.Gateway.Tests.FastPath.Securing;

/// <summary>Makes the first message of TLS, from its parts or as a real client does.</summary>
internal static class Hellos
{
    /// <summary>What .NET's client sends first.</summary>
    public static async Task<byte[]> RealAsync(string host, params SslApplicationProtocol[] protocols)
    {
        var sent = new Catcher();
        await using var stream = new SslStream(sent);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host, ApplicationProtocols = protocols.Length == 0 ? null : [.. protocols],
        };
        await Assert.ThrowsAsync<IOException>(() => stream.AuthenticateAsClientAsync(options));
        return sent.Bytes;
    }

    public static byte[] Of(params byte[][] extensions) => Records(Message(extensions));

    /// <summary>The message with its own header, before it is cut into records.</summary>
    public static byte[] Message(params byte[][] extensions)
    {
        byte[] body =
        [
            3, 3, .. new byte[32], 0, 0, 2, 0x13, 0x01, 1, 0, .. WithLength([.. extensions.SelectMany(one => one)]),
        ];
        return [1, (byte)(body.Length >> 16), (byte)(body.Length >> 8), (byte)body.Length, .. body];
    }

    public static byte[] Records(byte[] message, int pieceLength = 16_384) =>
        [.. message.Chunk(pieceLength).SelectMany(piece => (byte[])[22, 3, 1, .. WithLength(piece)])];

    public static byte[] Extension(ushort kind, byte[] content) =>
        [(byte)(kind >> 8), (byte)kind, .. WithLength(content)];

    public static byte[] Host(params string[] names) => Extension(0, WithLength(
        [.. names.SelectMany(name => (byte[])[0, .. WithLength(Encoding.Latin1.GetBytes(name))])]));

    public static byte[] Protocols(params string[] names) => Extension(16, WithLength(
        [.. names.SelectMany(name => (byte[])[(byte)name.Length, .. Encoding.ASCII.GetBytes(name)])]));

    public static byte[] WithLength(byte[] bytes)
    {
        byte[] all = [0, 0, .. bytes];
        BinaryPrimitives.WriteUInt16BigEndian(all, (ushort)bytes.Length);
        return all;
    }

    private sealed class Catcher : MemoryStream
    {
        public byte[] Bytes { get; private set; } = [];

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellation = default)
        {
            Bytes = [.. Bytes, .. buffer.Span];
            return ValueTask.CompletedTask;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation = default) =>
            ValueTask.FromResult(0);
    }
}
