using Flyball.Agent.Drivers;
using Flyball.Contracts.Agent;

namespace Flyball.Simulation.Tasks;

/// <summary>One started attempt of an allocation on its node.</summary>
internal sealed class SimulatedTask(TaskContext context, int attempt)
{
    private readonly TaskCompletionSource<TaskExit> exited = new();

    public string Allocation => context.Id;

    public string Workload => context.Allocation.Workload;

    public string Service => context.Allocation.Workload;

    public string Behaviour => TaskBehaviour.Of(context.Spec.Image);

    public int Attempt => attempt;

    public string Nonce => context.Nonce(attempt);

    public TaskHandle Handle => new(Nonce, "");

    public IReadOnlyList<BoundPort> Ports => context.Ports;

    public TimeSpan StopGrace => context.Spec.StopGracePeriod;

    /// <summary>When it began, or will begin, to answer; null for never.</summary>
    public DateTimeOffset? ServesFrom { get; init; }

    /// <summary>Until then it answers nobody, as if it collected garbage.</summary>
    public DateTimeOffset HangsUntil { get; set; }

    /// <summary>When it was first told to stop; null while it was not.</summary>
    public DateTimeOffset? StopSignalledAt { get; set; }

    public bool IsKilled { get; set; }

    public bool IsRunning => Exit is null;

    public TaskExit? Exit { get; private set; }

    public Task<TaskExit> WhenExited => exited.Task;

    /// <summary>It listens and answers what it is asked.</summary>
    public bool Serves(DateTimeOffset now) =>
        IsRunning && StopSignalledAt is null && ServesFrom <= now && HangsUntil <= now;

    /// <summary>False when it had ended before.</summary>
    public bool End(TaskExit exit)
    {
        if (Exit is not null) return false;
        Exit = exit;
        exited.SetResult(exit);
        return true;
    }
}
