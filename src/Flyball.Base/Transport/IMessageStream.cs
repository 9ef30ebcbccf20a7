namespace Flyball.Base.Transport;

/// <summary>
/// An ordered stream of messages in both directions between two roles. Messages are immutable once sent. One sender
/// and one receiver at a time. Sending waits while the other side does not read: the buffer between is bounded.
/// </summary>
public interface IMessageStream<in TSend, TReceive> : IAsyncDisposable
    where TSend : class
    where TReceive : class
{
    /// <exception cref="TransportException">The stream is broken or the other side is gone.</exception>
    ValueTask SendAsync(TSend message, CancellationToken cancellation);

    /// <summary>The next message, or null when the other side ended the stream in order.</summary>
    /// <exception cref="TransportException">The stream broke.</exception>
    ValueTask<TReceive?> ReceiveAsync(CancellationToken cancellation);
}
