using System.Buffers;

namespace Flyball.Base.Transport;

/// <summary>
/// The name of a stream and how its messages become bytes: <c>/Service/Method</c> as gRPC has it. The client sends
/// <typeparamref name="TSend"/> and receives <typeparamref name="TReceive"/>.
/// </summary>
public sealed record StreamMethod<TSend, TReceive>(
    string Service,
    string Method,
    StreamCodec<TSend> Send,
    StreamCodec<TReceive> Receive)
    where TSend : class
    where TReceive : class
{
    public string FullName => $"/{Service}/{Method}";
}

/// <summary>
/// How one type of message becomes bytes and back. <paramref name="Read"/> throws on malformed bytes.
/// </summary>
public sealed record StreamCodec<T>(Action<T, IBufferWriter<byte>> Write, Func<ReadOnlySequence<byte>, T> Read)
    where T : class;
