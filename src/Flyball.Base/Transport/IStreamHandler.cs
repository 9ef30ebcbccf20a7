namespace Flyball.Base.Transport;

/// <summary>
/// The server's end of a stream: one call a stream, which ends when the call returns (in order) or throws (broken).
/// </summary>
public interface IStreamHandler<TReceive, TSend>
    where TReceive : class
    where TSend : class
{
    Task RunAsync(IMessageStream<TSend, TReceive> stream, Peer peer, CancellationToken cancellation);
}
