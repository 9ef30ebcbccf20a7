using Flyball.Discovery.Registrations;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Sources;

/// <summary>
/// Writes what one source says as registrations of the node <c>source-NAME</c>: they survive restarts, and stay as they
/// are while the source is away.
/// </summary>
internal sealed partial class SourceKeeper : ISourceSink, IDisposable
{
    /// <summary>In a registration's metadata: the source that it came from.</summary>
    public const string SourceKey = "flyball-source";

    private const string NodePrefix = "source-";

    /// <summary>Writes at one time; they become one group in the store.</summary>
    private const int WritesAtOnce = 64;

    /// <summary>As of services that register here.</summary>
    private const int NameCharsMax = 255;

    private readonly DiscoverySourceOptions source;
    private readonly DiscoveryOptions options;
    private readonly Registrar registrar;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly string prefix;
    private readonly SourceLedger ledger;
    private readonly SemaphoreSlim turn = new(1);
    private volatile SourceStatus status;

    public SourceKeeper(
        DiscoverySourceOptions source, DiscoveryOptions options, Registrar registrar, TimeProvider time,
        ILogger logger)
    {
        this.source = source;
        this.options = options;
        this.registrar = registrar;
        this.time = time;
        this.logger = logger;
        prefix = source.Value("prefix") ?? "";
        ledger = new SourceLedger(options.SourceEmptyAfter);
        status = new SourceStatus(source.Name, source.Address.GetLeftPart(UriPartial.Path));
    }

    public SourceStatus Status => status;

    public string Node => NodeOf(source.Name);

    public static string NodeOf(string name) => NodePrefix + name;

    /// <summary>Takes up what was known before the start.</summary>
    public async ValueTask BeginAsync(CancellationToken cancellation)
    {
        foreach (ServiceRegistration service in registrar.List(one => one.Node == Node))
            ledger.Remember(service.Service, service.Id);
        Publish(status);
        var node = new NodeRegistration { Name = Node, Address = source.Address.Host };
        await registrar.EditNodeAsync(
            Node, before => before is null ? node : before with { Address = node.Address }, null, cancellation);
    }

    public async ValueTask SeenAsync(
        string service, IReadOnlyList<SourceInstance> instances, IReadOnlyCollection<string> unreadable,
        CancellationToken cancellation)
    {
        string name = prefix + service;
        await turn.WaitAsync(cancellation);
        try
        {
            bool isName = name.Length <= NameCharsMax && !name.Any(char.IsControl);
            ServiceRegistration[] wanted = isName ? [.. instances.Select(instance => Of(name, instance))] : [];
            Check(name, wanted);
            // Under a name that is none nothing can be read.
            IEnumerable<string> unread = isName ? unreadable : unreadable.Concat(instances.Select(one => one.Id));
            string[] gone = ledger.Seen(
                name, wanted.Select(one => one.Id), [.. unread.Select(id => IdOf(name, id))], Now);
            foreach (ServiceRegistration[] some in wanted.Chunk(WritesAtOnce))
                await Task.WhenAll(some.Select(one => PutAsync(one, cancellation)));
            foreach (string[] some in gone.Chunk(WritesAtOnce))
                await Task.WhenAll(some.Select(id => RemoveAsync(name, id, cancellation)));
            Answered();
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask NamesAsync(IReadOnlySet<string> services, CancellationToken cancellation)
    {
        if (services.Count > options.SourceServicesMax)
        {
            throw SourceException.Wrong(
                $"{nameof(options.SourceServicesMax)}: it has more than {options.SourceServicesMax} services.");
        }

        string[] gone;
        await turn.WaitAsync(cancellation);
        try
        {
            gone = ledger.Unnamed(services.Select(name => prefix + name).ToHashSet(StringComparer.Ordinal));
            Answered();
        }
        finally
        {
            turn.Release();
        }

        foreach (string name in gone) await SeenAsync(name[prefix.Length..], [], [], cancellation);
    }

    public void Failed(SourceException failure)
    {
        ledger.Failed();
        SourceState state = failure.IsAway ? SourceState.Away : SourceState.Wrong;
        if (status.State != state) Log.Failed(logger, source.Name, failure.Message, ledger.Endpoints);
        Publish(status with { State = state, Problem = failure.Message });
    }

    public void Dispose() => turn.Dispose();

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private void Answered()
    {
        if (status.State != SourceState.Current) Log.Answers(logger, source.Name, ledger.Endpoints);
        Publish(status with { State = SourceState.Current, AnsweredUnixMs = Now, Problem = "" });
    }

    private void Publish(SourceStatus now) => status = now with
    {
        Services = ledger.Services,
        Endpoints = ledger.Endpoints,
        Confirming = ledger.Confirming,
        Unreadable = ledger.Unreadable,
    };

    private void Check(string name, ServiceRegistration[] wanted)
    {
        int others = ledger.Endpoints - wanted.Count(one => ledger.Knows(name, one.Id));
        if (others + wanted.Length <= options.SourceInstancesMax) return;
        throw SourceException.Wrong(
            $"{nameof(options.SourceInstancesMax)}: it has more than {options.SourceInstancesMax} instances.");
    }

    private static string IdOf(string service, string id) => $"{service}/{id}";

    private ServiceRegistration Of(string service, SourceInstance instance)
    {
        var meta = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, string value) in instance.Meta ?? new Dictionary<string, string>()) meta[key] = value;
        meta[SourceKey] = source.Name;
        string id = IdOf(service, instance.Id);
        return new ServiceRegistration
        {
            Node = Node,
            Id = id,
            Service = service,
            Tags = instance.Tags,
            Meta = meta,
            Address = instance.Address,
            Port = instance.Port,
            WeightPassing = instance.Weight,
            WeightWarning = instance.WeightWarning,
            Checks = instance.Status is not { } health ? []
                : [new RegisteredCheck { Id = "source:" + id, Name = "What the source says", Status = health }],
        };
    }

    private async Task PutAsync(ServiceRegistration wanted, CancellationToken cancellation)
    {
        EditResult result = await registrar.EditServiceAsync(
            Node, wanted.Id, before => WithHistory(wanted, before), null, cancellation);
        if (!result.IsDone) throw SourceException.Wrong($"{wanted.Id} was not written: {result.Reason}");
    }

    /// <summary>An unchanged state keeps its time, so that nothing is written where nothing changed.</summary>
    private ServiceRegistration WithHistory(ServiceRegistration wanted, ServiceRegistration? before) => wanted with
    {
        Checks = [.. wanted.Checks.Select(check =>
            (before?.FindCheck(check.Id) ?? check).With(check.Status, check.Output, Now))],
    };

    private async Task RemoveAsync(string service, string id, CancellationToken cancellation)
    {
        EditResult result = await registrar.EditServiceAsync(Node, id, _ => null, null, cancellation);
        if (result.IsDone || result.Outcome == EditOutcome.Missing) return;
        // It is known again, so that the next answer removes it.
        ledger.Remember(service, id);
        Log.NotRemoved(logger, source.Name, id, result.Reason);
    }

    private static partial class Log
    {
        [LoggerMessage(4050, LogLevel.Warning,
            "Source {Source} fails: {Reason}. Its {Endpoints} last known endpoints stay")]
        public static partial void Failed(ILogger logger, string source, string reason, int endpoints);

        [LoggerMessage(4051, LogLevel.Information, "Source {Source} answers; {Endpoints} endpoints are known")]
        public static partial void Answers(ILogger logger, string source, int endpoints);

        [LoggerMessage(4052, LogLevel.Warning, "Endpoint {Endpoint} of source {Source} was not removed: {Reason}")]
        public static partial void NotRemoved(ILogger logger, string source, string endpoint, string reason);
    }
}
