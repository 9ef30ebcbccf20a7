using Flyball.Agent.Ports;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Tests.Ports;

/// <summary>The node's ports.</summary>
public sealed class PortAllocatorTests
{
    private static PortAllocator Allocator(int min, int max, params int[] inUse) => new(
        new AgentOptions { DataDirectory = "/x", TaskPortMin = min, TaskPortMax = max }, new Fake([.. inUse]),
        new Random(1));

    private static TaskSpec Task(params PortSpec[] ports) => new() { Driver = "process", Ports = ports };

    [Fact]
    public void Choose_UntilNoneIsLeft_EachPortOnceAndThenAReason()
    {
        PortAllocator allocator = Allocator(100, 109, inUse: 103);
        var seen = new SortedSet<int>();
        for (int i = 0; i < 9; i++)
            Assert.True(seen.Add(allocator.Choose(Task(new PortSpec { Name = "http" })).Ports[0].Port));

        (IReadOnlyList<BoundPort> ports, string? problem) = allocator.Choose(Task(new PortSpec { Name = "http" }));

        Assert.Empty(ports);
        Assert.Contains("100 to 109", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(103, seen);
        allocator.Release([new BoundPort("http", "127.0.0.1", 105)]);
        Assert.Equal(105, allocator.Choose(Task(new PortSpec { Name = "http" })).Ports[0].Port);
    }

    [Fact]
    public void Choose_FixedPort_IsTakenAsAskedAndItsConflictIsFinal()
    {
        PortAllocator allocator = Allocator(100, 109, inUse: 80);
        TaskSpec task = Task(new PortSpec { Name = "http", HostPort = 80, HostAddress = "0.0.0.0" });

        (IReadOnlyList<BoundPort> ports, _) = allocator.Choose(task);

        Assert.Equal([new BoundPort("http", "0.0.0.0", 80)], ports);
        Agent.Drivers.DriverFailure? failure = allocator.Check(task, ports);
        Assert.Contains("80/tcp on 0.0.0.0 is in use", failure!.Message, StringComparison.Ordinal);
        Assert.False(failure.IsPortTaken);
    }

    [Fact]
    public void IsFree_PortOfAListener_IsNot()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        int port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;

        Assert.False(new SocketPortProbe().IsFree("127.0.0.1", port, "tcp"));
        listener.Stop();
        Assert.True(new SocketPortProbe().IsFree("127.0.0.1", port, "tcp"));
    }

    private sealed class Fake(HashSet<int> inUse) : IPortProbe
    {
        public bool IsFree(string address, int port, string protocol) => !inUse.Contains(port);
    }
}
