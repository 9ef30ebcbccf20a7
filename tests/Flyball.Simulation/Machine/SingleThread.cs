namespace Flyball.Simulation.Machine;

/// <summary>
/// Runs everything that the modules await on one thread. Which of the ready continuations goes next is drawn from the
/// seed: each seed is another interleaving, and the same seed always the same one.
/// </summary>
internal sealed class SingleThread(VirtualTime time, Random random) : SynchronizationContext
{
    /// <summary>Continuations without time moving: beyond this something spins.</summary>
    private const int SpinLimit = 200_000;

    private readonly List<(SynchronizationContext As, SendOrPostCallback Callback, object? State)> ready = [];
    private readonly Thread owner = Thread.CurrentThread;

    /// <summary>Continuations run so far, for comparing two runs of one seed.</summary>
    public long Steps { get; private set; }

    /// <summary>Looked at after each step; a run ends when it says so.</summary>
    public Func<bool> IsOver { get; set; } = () => false;

    public override void Post(SendOrPostCallback d, object? state) => Enqueue(this, d, state);

    /// <summary>Makes a continuation ready that runs under a context of its own, such as a process's.</summary>
    public void Enqueue(SynchronizationContext context, SendOrPostCallback callback, object? state)
    {
        if (Thread.CurrentThread != owner)
            throw new InvalidOperationException(
                "BUG: something left the simulator's thread; a seed would not replay.\n" + Environment.StackTrace);
        ready.Add((context, callback, state));
    }

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs for a span of virtual time, or until the condition holds; true when it held.</summary>
    public bool Run(TimeSpan span, Func<bool>? until = null)
    {
        DateTimeOffset end = time.GetUtcNow() + span;
        SynchronizationContext? before = Current;
        try
        {
            SetSynchronizationContext(this);
            do
            {
                Drain();
                if (IsOver()) return false;
                if (until?.Invoke() == true) return true;
            }
            while (time.FireNext(end) || ready.Count > 0);

            return until is null;
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    private void Drain()
    {
        for (int spins = 0; ready.Count > 0; spins++)
        {
            if (spins > SpinLimit)
                throw new InvalidOperationException("BUG: a loop spins without ever waiting for time.");
            int pick = random.Next(ready.Count);
            (SynchronizationContext context, SendOrPostCallback callback, object? state) = ready[pick];
            ready[pick] = ready[^1];
            ready.RemoveAt(ready.Count - 1);
            Steps++;
            SetSynchronizationContext(context);
            callback(state);
            SetSynchronizationContext(this);
            if (IsOver()) return;
        }
    }
}
