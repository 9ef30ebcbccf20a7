using Flyball.Agent.Drivers;
using Flyball.Agent.Health;
using Flyball.Agent.Ports;
using Flyball.Contracts.Agent;

namespace Flyball.Simulation.Tasks;

/// <summary>A node's agent looks at its own tasks' ports.</summary>
internal sealed class SimulatedProbe(TaskEngine engine, TimeProvider time) : INetworkProbe, IPortProbe
{
    public async ValueTask<ProbeResult> GetAsync(BoundPort port, string path, CancellationToken cancellation)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(1), time, cancellation);
        if (engine.Listening(port.Address, port.Port) is not { } task)
            return new ProbeResult(false, "connection refused");
        DateTimeOffset now = time.GetUtcNow();
        if (task.HangsUntil > now) return new ProbeResult(false, "no answer");
        return task.ServesFrom <= now ? ProbeResult.Ok : new ProbeResult(false, "GET / answered 503");
    }

    public ValueTask<ProbeResult> ConnectAsync(BoundPort port, CancellationToken cancellation) =>
        GetAsync(port, "/", cancellation);

    public bool IsFree(string address, int port, string protocol) => engine.Listening(address, port) is null;
}
