using Flyball.Agent.Drivers;
using Flyball.Simulation.Machine;
using Flyball.Simulation.Tracing;

namespace Flyball.Simulation.Tasks;

/// <summary>
/// What runs on one node, whoever is there to look after it: tasks outlive the agent that started them. It is where
/// "never twice" is seen.
/// </summary>
internal sealed class TaskEngine(
    string node, SingleThread thread, VirtualTime time, Random random, Trace trace, IStopWitness witness)
{
    private static readonly TimeSpan StartTakes = TimeSpan.FromMilliseconds(40);

    /// <summary>
    /// The grace period counts from when the signal was asked for; this long it may have been on its way.
    /// </summary>
    private static readonly TimeSpan AnswerTakes = TimeSpan.FromMilliseconds(20);

    private readonly SortedDictionary<string, SimulatedTask> tasks = new(StringComparer.Ordinal);
    private readonly HashSet<string> toldToStop = new(StringComparer.Ordinal);

    /// <summary>False while the engine does not answer; its tasks go on.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>Those that run, by allocation and attempt.</summary>
    public IEnumerable<SimulatedTask> Running => tasks.Values.Where(task => task.IsRunning);

    /// <summary>Everything that is remembered, ended tasks too.</summary>
    public int Count => tasks.Count;

    public SimulatedTask? Find(string nonce) => tasks.GetValueOrDefault(nonce);

    public SimulatedTask? Listening(string address, int port) =>
        Running.FirstOrDefault(task => task.Ports.Any(bound => bound.Port == port && bound.Address == address));

    public void ThrowIfAway()
    {
        if (!Answers) throw new InvalidOperationException("The engine does not answer.");
    }

    /// <summary>
    /// Starts a task. Once asked the engine does it, even if whoever asked is killed before it hears the answer.
    /// </summary>
    public Task<TaskStart> StartAsync(TaskContext context, int attempt)
    {
        ThrowIfAway();
        var answer = new TaskCompletionSource<TaskStart>();
        thread.Post(_ => _ = BeginAsync(context, attempt, answer), null);
        return answer.Task;
    }

    /// <summary>The stop signal.</summary>
    public void Stop(SimulatedTask task)
    {
        if (!task.IsRunning) return;
        Told(task, "stop signal to");
        // One in ten does not listen and has to be killed.
        if (random.Next(10) == 0) return;
        EndAfter(task, random.NextDouble() * task.StopGrace / 2, new TaskExit(0));
    }

    /// <summary>Without a stop signal before it only when the engine could not take that.</summary>
    public void Kill(SimulatedTask task)
    {
        if (!task.IsRunning) return;
        if (!task.IsKilled && task.StopSignalledAt is { } since
            && time.GetUtcNow() + AnswerTakes < since + task.StopGrace)
            trace.Violate($"{node} kills {task.Nonce} before its grace period is over");
        Told(task, "kill of");
        task.IsKilled = true;
        EndAfter(task, TimeSpan.FromMilliseconds(5), new TaskExit(137));
    }

    /// <summary>The task dies of itself.</summary>
    public void Crash(SimulatedTask task)
    {
        if (!task.End(new TaskExit(139))) return;
        trace.Add(node, $"{task.Nonce} crashed");
    }

    /// <summary>The machine loses power: nothing runs any more.</summary>
    public void PowerOff()
    {
        foreach (SimulatedTask task in Running.ToArray()) task.End(new TaskExit(null));
    }

    /// <summary>Ended tasks of the allocation are remembered no more.</summary>
    public void CleanUp(string allocation)
    {
        foreach (SimulatedTask task in tasks.Values.Where(task => task.Allocation == allocation).ToArray())
        {
            if (task.IsRunning) trace.Violate($"{node} forgets {task.Nonce}, which runs");
            else tasks.Remove(task.Nonce);
        }
    }

    private async Task BeginAsync(TaskContext context, int attempt, TaskCompletionSource<TaskStart> answer)
    {
        await Task.Delay(StartTakes * random.NextDouble(), time);
        string behaviour = TaskBehaviour.Of(context.Spec.Image);
        if (behaviour == TaskBehaviour.Missing)
        {
            answer.SetResult(TaskStart.Failed($"the image {context.Spec.Image} does not exist"));
            return;
        }

        if (context.Ports.FirstOrDefault(port => Listening(port.Address, port.Port) is not null) is { } taken)
        {
            answer.SetResult(new TaskStart(null, new DriverFailure($"port {taken.Port} is in use", IsPortTaken: true)));
            return;
        }

        var task = new SimulatedTask(context, attempt)
        {
            ServesFrom = behaviour == TaskBehaviour.Good
                ? time.GetUtcNow() + TimeSpan.FromSeconds(2 * random.NextDouble())
                : null,
        };
        CheckStart(task);
        trace.Add(node, $"{task.Nonce} of {task.Workload} started ({context.Spec.Image})");
        tasks[task.Nonce] = task;
        if (behaviour == TaskBehaviour.Exits)
            EndAfter(task, TimeSpan.FromMilliseconds(50 + (500 * random.NextDouble())), new TaskExit(1));
        await Task.Delay(StartTakes * random.NextDouble(), time);
        answer.SetResult(TaskStart.Ok(task.Handle));
    }

    private void Told(SimulatedTask task, string what)
    {
        trace.Add(node, $"{what} {task.Nonce}");
        if (task.StopSignalledAt is null) witness.Stopping(node, task);
        task.StopSignalledAt ??= time.GetUtcNow();
        toldToStop.Add(task.Allocation);
    }

    private void CheckStart(SimulatedTask task)
    {
        if (Running.FirstOrDefault(other => other.Allocation == task.Allocation) is { } twin)
            trace.Violate($"{node} runs {task.Allocation} twice: {twin.Nonce} and {task.Nonce}");
        if (tasks.ContainsKey(task.Nonce)) trace.Violate($"{node} starts attempt {task.Nonce} a second time");
        if (toldToStop.Contains(task.Allocation))
            trace.Violate($"{node} starts {task.Allocation}, which it had told to stop");
    }

    private void EndAfter(SimulatedTask task, TimeSpan delay, TaskExit exit) =>
        _ = time.CreateTimer(
            _ =>
            {
                if (task.End(exit)) trace.Add(node, $"{task.Nonce} exited with {exit.Code}");
            },
            null, delay, Timeout.InfiniteTimeSpan);
}
