using Flyball.Simulation.Tracing;

namespace Flyball.Simulation.Machine;

/// <summary>
/// One process of the platform. All that it awaits comes back under its own context, and all its timers are its own:
/// when it is killed, not one more instruction of it runs, no <c>finally</c> and no farewell.
/// </summary>
internal sealed class SimulatedProcess
{
    private readonly SingleThread thread;
    private readonly Trace trace;
    private readonly Context context;
    private readonly CancellationTokenSource stopping = new();

    /// <summary>What became ready while the process was frozen; null while it runs.</summary>
    private List<(SendOrPostCallback Callback, object? State)>? frozen;

    public SimulatedProcess(SingleThread thread, VirtualTime clock, Trace trace, string name, TimeSpan skew = default)
    {
        this.thread = thread;
        this.trace = trace;
        Name = name;
        context = new Context(this);
        Time = new ProcessTime(this, clock, skew);
    }

    public string Name { get; }

    /// <summary>The clock of the process's machine; its timers die with the process.</summary>
    public TimeProvider Time { get; }

    public bool IsDead { get; private set; }

    /// <summary>
    /// Starts one of the process's loops. A loop that fails is a bug: nothing of the platform may fall over.
    /// </summary>
    public void Start(string what, Func<CancellationToken, Task> loop) =>
        Post(() => _ = GuardAsync(what, loop));

    /// <summary>Runs under the process's context.</summary>
    public void Post(Action action) => context.Post(static state => ((Action)state!)(), action);

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        IsDead = true;
        trace.Add(Name, "killed");
    }

    /// <summary>SIGTERM: loops are cancelled and end as they like.</summary>
    public void Stop()
    {
        trace.Add(Name, "asked to stop");
        Post(stopping.Cancel);
    }

    /// <summary>SIGSTOP, or a pause of the garbage collector: it will go on as if nothing had been.</summary>
    public void Freeze()
    {
        trace.Add(Name, "frozen");
        frozen ??= [];
    }

    public void Thaw()
    {
        if (frozen is not { } held) return;
        trace.Add(Name, "thawed");
        frozen = null;
        foreach ((SendOrPostCallback callback, object? state) in held) context.Post(callback, state);
    }

    /// <summary>What should never have come out of the process's code.</summary>
    public void Failed(string what, Exception error) => trace.Violate($"{Name}: {what} failed: {error}");

    private async Task GuardAsync(string what, Func<CancellationToken, Task> loop)
    {
        try
        {
            await loop(stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Asked to.
        }
        catch (Exception e)
        {
            Failed(what, e);
        }
    }

    private sealed class Context(SimulatedProcess process) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
            if (process.IsDead) return;
            if (process.frozen is { } held) held.Add((d, state));
            else process.thread.Enqueue(this, Run, (d, state));
        }

        public override void Send(SendOrPostCallback d, object? state) => d(state);

        public override SynchronizationContext CreateCopy() => this;

        private void Run(object? work)
        {
            if (process.IsDead) return;
            (SendOrPostCallback callback, object? state) = ((SendOrPostCallback, object?))work!;
            if (process.frozen is { } held) held.Add((callback, state));
            else callback(state);
        }
    }
}
