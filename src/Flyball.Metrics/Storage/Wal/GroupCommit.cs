using Flyball.Base.Work;

namespace Flyball.Metrics.Storage.Wal;

/// <summary>
/// Lets appends that arrive together share one sync: the first to wait starts a round, those that arrive during it
/// share the next, and rounds keep a least distance.
/// </summary>
internal sealed class GroupCommit(
    WalWriter wal, IWorkers workers, TimeProvider time, TimeSpan interval, Action afterCommit)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource<CommitOutcome> _next = NewRound();
    private int _waiting;
    private Task _rounds = Task.CompletedTask;
    private bool _isRunning;
    private long _lastRound;
    private volatile bool _isFailing;

    /// <summary>
    /// Whether the last round failed: the door refuses appends until a round without new data succeeds.
    /// </summary>
    public bool IsFailing => _isFailing;

    /// <summary>The text of the last failure.</summary>
    public string? LastError { get; private set; }

    /// <summary>
    /// Waits until a position of the WAL is durable, or a round that should have made it so has failed.
    /// </summary>
    public Task<CommitOutcome> WaitAsync(long position)
    {
        Task<CommitOutcome> round;
        lock (_gate)
        {
            if (wal.DurableBytes >= position && !_isFailing) return Task.FromResult(CommitOutcome.Durable);
            round = _next.Task;
            _waiting++;
            if (_isRunning) return round;
            _isRunning = true;
        }

        _rounds = RunAsync();
        return round;
    }

    /// <summary>Completes when no round runs.</summary>
    public Task IdleAsync() => _rounds;

    private static TaskCompletionSource<CommitOutcome> NewRound() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        while (true)
        {
            TimeSpan rest = _lastRound == 0 ? TimeSpan.Zero : interval - time.GetElapsedTime(_lastRound);
            if (rest > TimeSpan.Zero) await Task.Delay(rest, time);
            _lastRound = time.GetTimestamp();
            TaskCompletionSource<CommitOutcome> round = await workers.RunAsync(CommitRound);
            _ = round.TrySetResult(_isFailing ? CommitOutcome.Unavailable : CommitOutcome.Durable);
            lock (_gate)
            {
                if (_waiting > 0) continue;
                _isRunning = false;
                return;
            }
        }
    }

    private TaskCompletionSource<CommitOutcome> CommitRound()
    {
        TaskCompletionSource<CommitOutcome> round;
        lock (_gate)
        {
            round = _next;
            _next = NewRound();
            _waiting = 0;
        }

        try
        {
            wal.Commit();
            _isFailing = false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LastError = exception.Message;
            _isFailing = true;
        }
        catch (Exception exception)
        {
            // A bug: whoever waits must learn of it rather than wait for ever.
            _isFailing = true;
            LastError = exception.Message;
            round.SetException(exception);
        }

        afterCommit();
        return round;
    }
}
