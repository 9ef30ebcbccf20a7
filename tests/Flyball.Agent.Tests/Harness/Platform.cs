using Flyball.Agent.Sessions;
using Flyball.Base.Ids;
using Flyball.Base.Resources;
using Flyball.Base.Transport;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Agent.Wire;
using Flyball.Contracts.Scheduling;
using Flyball.Store.Memory;
using Microsoft.Extensions.DependencyInjection;

namespace Flyball.Agent.Tests.Harness;

/// <summary>
/// A server's half and agents over in-process streams, with the in-memory store and real processes. The test plays
/// Scheduling: it writes versions and allocations, and reads statuses.
/// </summary>
internal sealed class Platform : IAsyncDisposable
{
    private readonly List<RunningAgent> agents = [];
    private readonly CancellationTokenSource stopping = new();
    private ServiceProvider server;
    private Task serving;
    private readonly IdSource allocationIds = new(TimeProvider.System, new Random());
    private int ids;

    public Platform(AgentSessionOptions? sessions = null)
    {
        SessionOptions = sessions ?? new AgentSessionOptions();
        Store = new MemoryStore(TimeProvider.System);
        Directory = System.IO.Directory.CreateTempSubdirectory("flyball-agent-").FullName;
        (server, serving) = StartServer();
    }

    public MemoryStore Store { get; }

    public string Directory { get; }

    public InProcessTransport Transport { get; private set; } = new();

    public AgentSessionOptions SessionOptions { get; }

    /// <summary>Uploaded build contexts by digest.</summary>
    public Dictionary<string, byte[]> Contexts { get; } = [];

    public IAllocationAccess Access => server.GetRequiredService<IAllocationAccess>();

    public IUsageView Usage => server.GetRequiredService<IUsageView>();

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public RunningAgent StartAgent(Func<AgentOptions, AgentOptions>? change = null)
    {
        var options = new AgentOptions
            { DataDirectory = Path.Combine(Directory, "agent"), OtlpGrpc = null, OtlpHttp = null, DockerEndpoint = "" };
        var agent = new RunningAgent(change?.Invoke(options) ?? options, Transport);
        agents.Add(agent);
        return agent;
    }

    /// <summary>The control door over real gRPC, for agents in processes of their own.</summary>
    public Task<ControlDoor> OpenDoorAsync() => ControlDoor.OpenAsync(
        server.GetRequiredService<IStreamHandler<AgentMessage, ServerMessage>>(),
        server.GetRequiredService<IStreamHandler<DataFrame, DataFrame>>());

    /// <summary>Writes a version and an allocation of it; the allocation's id.</summary>
    public async Task<string> PlaceAsync(string workload, TaskSpec task, int version = 1)
    {
        string node = (await WaitForNodeAsync(NodeState.Ready)).Id;
        ids++;

        // As in life no two are alike: control groups and marks of tests that run side by side must not meet.
        string id = allocationIds.Next();
        var transaction = new StoreTransaction()
            .Put(Kinds.Version, WorkloadVersion.NameOf(workload, version), new WorkloadVersion
            {
                Workload = workload, Number = version, SpecHash = "x", Task = task, CreatedUnixMs = 1,
            })
            .Put(Kinds.Allocation, id, new Allocation
            {
                Id = id, Workload = workload, Version = version, Node = node, Index = ids, CreatedUnixMs = 1,
            });
        Assert.True((await Store.CommitAsync(transaction, Cancellation)).IsCommitted);
        return id;
    }

    public async Task DesireStopAsync(string id, long? deadlineUnixMs = null)
    {
        Allocation old = Store.Current.Get(Kinds.Allocation, id)!.Value.Value;
        await Store.CommitAsync(
            new StoreTransaction().Put(Kinds.Allocation, id, old with
                { Desired = DesiredState.Stop, StopDeadlineUnixMs = deadlineUnixMs }), Cancellation);
    }

    public async Task DeleteAsync(string id) =>
        await Store.CommitAsync(new StoreTransaction().Delete(Kinds.Allocation.Key(id)), Cancellation);

    public Task<Node> WaitForNodeAsync(NodeState state) =>
        WaitAsync(Kinds.Node.Name, s => s.List(Kinds.Node).Select(n => n.Value).FirstOrDefault(n => n.State == state));

    public Task<AllocationStatus> WaitForAsync(string id, AllocationPhase phase) =>
        WaitForAsync(id, s => s.Phase == phase);

    public Task<AllocationStatus> WaitForAsync(string id, Func<AllocationStatus, bool> condition) => WaitAsync(
        Kinds.AllocationStatus.Name,
        s => s.Get(Kinds.AllocationStatus, id) is { } status && condition(status.Value) ? status.Value : null,
        () => $"{id}: {Store.Current.Get(Kinds.AllocationStatus, id)?.Value}");

    /// <summary>Waits for a state of the store by its own watch; no polling, and a minute at most.</summary>
    public async Task<T> WaitAsync<T>(string kind, Func<ResourceSnapshot, T?> find, Func<string>? describe = null)
        where T : class
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        ResourceSnapshot now = Store.Current;
        if (find(now) is { } already) return already;
        try
        {
            await foreach (ChangeBatch _ in Store.WatchAsync([kind], now.Revision, deadline.Token))
            {
                if (find(Store.Current) is { } found) return found;
            }
        }
        catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
        {
            Assert.Fail("Waited a minute in vain. " + describe?.Invoke());
        }

        throw new InvalidOperationException("The watch ended.");
    }

    public async Task<List<LogLine>> LogsAsync(string id, LogRequest? request = null)
    {
        var lines = new List<LogLine>();
        await foreach (LogLine line in Access.ReadLogsAsync(id, request ?? new LogRequest(), Cancellation))
            lines.Add(line);
        return lines;
    }

    /// <summary>The server goes and comes back with its store; agents see broken streams meanwhile.</summary>
    public void StartServerAgain() => (server, serving) = StartServer();

    public async Task StopServerAsync()
    {
        Transport.Handle(StreamMethods.AgentControl, new Refusing<AgentMessage, ServerMessage>());
        foreach (Node node in Store.Current.List(Kinds.Node).Select(n => n.Value))
            server.GetRequiredService<NodeSessions>().Find(node.Id)?.End();
        await server.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RunningAgent agent in agents) await agent.DisposeAsync();
        await stopping.CancelAsync();
        await serving.ContinueWith(_ => { }, TaskScheduler.Default);
        await server.DisposeAsync();
        Store.Dispose();
        stopping.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private (ServiceProvider, Task) StartServer()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new Random(1));
        services.AddSingleton<IdSource>();
        services.AddSingleton<IResourceStore>(_ => Store);
        services.AddSingleton<IResourceReader>(_ => Store);
        services.AddSingleton<IBuildContexts>(new MemoryContexts(Contexts));
        services.AddAgentSessions(SessionOptions);
        ServiceProvider provider = services.BuildServiceProvider();
        Transport.Handle(
            StreamMethods.AgentControl, provider.GetRequiredService<IStreamHandler<AgentMessage, ServerMessage>>());
        Transport.Handle(StreamMethods.AgentData, provider.GetRequiredService<IStreamHandler<DataFrame, DataFrame>>());
        Task running = Task.WhenAll(
            provider.GetRequiredService<StatusWriter>().RunAsync(stopping.Token),
            provider.GetRequiredService<NodeWatch>().RunAsync(stopping.Token));
        return (provider, running);
    }

    private sealed class MemoryContexts(Dictionary<string, byte[]> known) : IBuildContexts
    {
        public ValueTask<Stream?> OpenAsync(string digest, CancellationToken cancellation = default) =>
            new(known.TryGetValue(digest, out byte[]? bytes) ? new MemoryStream(bytes) : null);
    }

    private sealed class Refusing<TReceive, TSend> : IStreamHandler<TReceive, TSend> where TReceive : class
        where TSend : class
    {
        public Task RunAsync(IMessageStream<TSend, TReceive> stream, Peer peer, CancellationToken cancellation) =>
            throw new TransportException("The server is away.");
    }
}
