using Flyball.Base.Transport;

namespace Flyball.Hosting;

/// <summary>
/// Tells when a server refuses the token of a role that was never let in: that is a mistake of whoever set it up, who
/// is still there to read of it. A role that was let in once goes on with what it has and asks again.
/// </summary>
/// <param name="mark">A file that is made when the role was let in.</param>
internal sealed class FirstConnection(ITransport inner, string mark) : ITransport, IDisposable
{
    private readonly TaskCompletionSource<string> refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool isJoined = File.Exists(mark);

    /// <summary>Completes with the reason; never, once the role was let in.</summary>
    public Task<string> Refused => refused.Task;

    public async ValueTask<IMessageStream<TSend, TReceive>> OpenAsync<TSend, TReceive>(
        StreamMethod<TSend, TReceive> method, CancellationToken cancellation)
        where TSend : class
        where TReceive : class
    {
        try
        {
            IMessageStream<TSend, TReceive> stream = await inner.OpenAsync(method, cancellation);
            if (!isJoined) Mark();
            return stream;
        }
        catch (TransportException e) when (e.IsTokenRefused && !isJoined)
        {
            refused.TrySetResult(e.Message);
            throw;
        }
    }

    public void Dispose() => (inner as IDisposable)?.Dispose();

    private void Mark()
    {
        isJoined = true;
        try
        {
            File.WriteAllBytes(mark, []);
        }
        catch (IOException)
        {
            // A full disk: the next start counts as a first one again.
        }
    }
}
