using System.Threading.Tasks.Sources;

namespace Flyball.Gateway.FastPath.Loops;

/// <summary>
/// Whether a direction of a socket is worth another try. The loop signals; one caller at a time, on any thread, takes
/// the signal or waits for it, and goes on within the call that signals: on the loop.
/// </summary>
internal sealed class Readiness : IValueTaskSource
{
    private const int Quiet = 0;
    private const int Signalled = 1;
    private const int Awaited = 2;

    private ManualResetValueTaskSourceCore<bool> source;
    private CancellationTokenRegistration registration;
    private int state;

    /// <summary>True when it was signalled since the last call.</summary>
    public bool Take() => Interlocked.CompareExchange(ref state, Quiet, Signalled) == Signalled;

    public void Signal()
    {
        if (Interlocked.Exchange(ref state, Signalled) == Awaited) source.SetResult(true);
    }

    /// <summary>The last signal, from who may hold locks: who waits goes on on the thread pool.</summary>
    public void SignalElsewhere()
    {
        if (Interlocked.Exchange(ref state, Signalled) != Awaited) return;
        source.RunContinuationsAsynchronously = true;
        source.SetResult(true);
    }

    /// <summary>Completes when it is signalled, which stays to be taken.</summary>
    public ValueTask WaitAsync(CancellationToken cancellation = default)
    {
        if (Volatile.Read(ref state) == Signalled) return default;
        if (cancellation.IsCancellationRequested) return ValueTask.FromCanceled(cancellation);
        source.Reset();
        if (Interlocked.CompareExchange(ref state, Awaited, Quiet) == Signalled) return default;
        if (cancellation.CanBeCanceled)
            registration = cancellation.UnsafeRegister(static (self, token) => ((Readiness)self!).Cancel(token), this);
        return new ValueTask(this, source.Version);
    }

    void IValueTaskSource.GetResult(short token)
    {
        registration.Dispose();
        registration = default;
        source.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => source.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        source.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken token)
    {
        if (Interlocked.CompareExchange(ref state, Quiet, Awaited) == Awaited)
            source.SetException(new OperationCanceledException(token));
    }
}
