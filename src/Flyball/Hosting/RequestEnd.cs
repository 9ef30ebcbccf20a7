namespace Flyball.Hosting;

/// <summary>
/// Ends the requests that would go on for ever (streams of agents and gateways, watches, followed logs, commands) when
/// the server stops: Kestrel waits for every one of them. Others have <see cref="Grace"/> to be answered.
/// </summary>
internal sealed class RequestEnd : IDisposable
{
    /// <summary>From the decision to stop to the end of what is still open then.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource ending = new();
    private readonly ITimer timer;
    private readonly CancellationTokenRegistration stopping;

    public RequestEnd(IHostApplicationLifetime lifetime, TimeProvider time)
    {
        timer = time.CreateTimer(
            _ => ending.Cancel(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        stopping = lifetime.ApplicationStopping.Register(() => timer.Change(Grace, Timeout.InfiniteTimeSpan));
    }

    /// <summary>A part of the pipeline, before whatever reads <see cref="HttpContext.RequestAborted"/>.</summary>
    public async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        CancellationToken client = context.RequestAborted;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(client, ending.Token);
        context.RequestAborted = either.Token;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Nobody is to be told more than the end of the stream.
        }
        finally
        {
            context.RequestAborted = client;
        }
    }

    public void Dispose()
    {
        stopping.Dispose();
        timer.Dispose();
        ending.Dispose();
    }
}
