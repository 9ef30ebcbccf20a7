using Flyball.Discovery.Checking;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Consul;

/// <summary>Reads what clients register. What cannot be kept here is refused by its name, never ignored.</summary>
internal static class RegistrationReader
{
    private const int NameCharsMax = 255;
    private const int TagsMax = 128;
    private const int MetaMax = 64;
    private const int MetaCharsMax = 512;
    private const int WeightMax = 65_535;

    /// <summary>Of probes and of TTLs. As Consul does with its own bounds, what is beyond becomes the bound.</summary>
    private static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LeastReap = TimeSpan.FromMinutes(1);

    private static readonly string[] Unsupported =
        ["Args", "ScriptArgs", "Script", "DockerContainerID", "AliasNode", "AliasService", "H2PING", "UDP",
            "OSService"];

    /// <summary>A service as the agent's API takes it, or as the catalogue's does.</summary>
    public static ServiceRegistration Service(ConsulBody body, string node, bool byAgent, DiscoveryOptions options)
    {
        string name = body.Text(byAgent ? "Name" : "Service");
        if (byAgent && name.Length == 0) name = body.Text("Service");
        if (name.Length == 0) throw new ConsulException(400, "Missing service name");
        string id = body.Text("ID") is { Length: > 0 } given ? given : name;
        CheckLength(name, byAgent ? "Name" : "Service");
        CheckLength(id, "ID");
        string[] tags = body.Texts("Tags");
        if (tags.Length > TagsMax) throw body.Wrong("Tags", $"at most {TagsMax}");
        ConsulBody? weights = body.Child("Weights");
        var checks = new List<RegisteredCheck>();
        if (byAgent) ReadChecks(body, id, name, checks, options);
        return new ServiceRegistration
        {
            Node = node,
            Id = id,
            Service = name,
            Tags = tags,
            Meta = Meta(body, "Meta"),
            Address = body.Text("Address"),
            Port = body.Number("Port", 0, 65_535),
            TaggedAddresses = Addresses(body),
            WeightPassing = weights is { } w && w.Has("Passing") ? w.Number("Passing", 1, WeightMax) : 1,
            WeightWarning = weights is { } v && v.Has("Warning") ? v.Number("Warning", 0, WeightMax) : 1,
            EnableTagOverride = body.Flag("EnableTagOverride"),
            ByAgent = byAgent,
            Checks = checks,
        };
    }

    /// <summary>A check that the agent keeps.</summary>
    /// <param name="body">The check.</param>
    /// <param name="id">Its id where the body says none.</param>
    /// <param name="name">Its name where the body says none.</param>
    public static RegisteredCheck AgentCheck(ConsulBody body, string id, string name)
    {
        foreach (string unsupported in Unsupported)
        {
            if (body.Has(unsupported))
                throw body.Wrong(
                    unsupported, "absent: checks of this kind are not run here; use TTL, HTTP, TCP or GRPC");
        }

        CheckSpec spec = Spec(body);
        if (spec.Type.Length == 0)
            throw new ConsulException(400, "Invalid check: TTL, or Interval with HTTP, TCP or GRPC, must be provided");
        return Read(body, id, name, spec);
    }

    /// <summary>A check whose state only the catalogue's API writes.</summary>
    public static RegisteredCheck CatalogueCheck(ConsulBody body, string id)
    {
        string name = body.Text("Name");
        if (body.Text("CheckID").Length == 0 && name.Length == 0 && id.Length == 0)
            throw new ConsulException(400, "Invalid check: CheckID or Name must be provided");
        return Read(body, id.Length > 0 ? id : name, name, new CheckSpec());
    }

    private static void ReadChecks(
        ConsulBody body, string id, string name, List<RegisteredCheck> checks, DiscoveryOptions options)
    {
        List<ConsulBody> given = [.. body.Children("Checks")];
        // Clients send an empty check where they mean none.
        if (body.Child("Check") is { } single && single.Properties().Any()) given.Insert(0, single);
        for (int i = 0; i < given.Count; i++)
        {
            string usual = given.Count == 1 ? $"service:{id}" : $"service:{id}:{i + 1}";
            checks.Add(AgentCheck(given[i], usual, $"Service '{name}' check"));
        }

        if (checks.Count > options.ChecksMax) throw body.Wrong("Checks", $"at most {options.ChecksMax}");
        if (checks.DistinctBy(check => check.Id).Count() != checks.Count)
            throw body.Wrong("Checks", "checks with an ID each");
    }

    private static RegisteredCheck Read(ConsulBody body, string id, string name, CheckSpec spec)
    {
        string given = body.Text("CheckID") is { Length: > 0 } checkId ? checkId : body.Text("ID");
        string status = body.Text("Status");
        CheckStatus initial = status.Length == 0 ? CheckStatus.Critical
            : CheckStatusNames.Parse(status) ?? throw body.Wrong("Status", "passing, warning or critical");
        string ownName = body.Text("Name") is { Length: > 0 } own ? own : name;
        if (given.Length == 0) given = id.Length > 0 ? id : ownName;
        CheckLength(given, "CheckID");
        CheckLength(ownName, "Name");
        return new RegisteredCheck
        {
            Id = given,
            Name = ownName,
            Notes = body.Text("Notes"),
            Status = initial,
            Output = body.Text("Output"),
            Spec = spec,
        };
    }

    private static CheckSpec Spec(ConsulBody body)
    {
        TimeSpan? ttl = body.Duration("TTL");
        string http = body.Text("HTTP");
        string tcp = body.Text("TCP");
        string grpc = body.Text("GRPC");
        int kinds = (ttl is null ? 0 : 1) + (http.Length > 0 ? 1 : 0) + (tcp.Length > 0 ? 1 : 0)
            + (grpc.Length > 0 ? 1 : 0);
        if (kinds > 1) throw new ConsulException(
            400, "Invalid check: only one of TTL, HTTP, TCP and GRPC may be given");
        TimeSpan? interval = body.Duration("Interval");
        if (kinds == 1 && ttl is null && interval is null)
            throw new ConsulException(400, "Invalid check: Interval must be > 0 for HTTP, TCP and GRPC checks");
        if (interval < LeastInterval) interval = LeastInterval;
        if (ttl < LeastInterval) ttl = LeastInterval;
        TimeSpan? timeout = body.Duration("Timeout");
        if (timeout > CheckSpec.TimeoutMax) timeout = CheckSpec.TimeoutMax;
        if (http.Length > 0
            && !(Uri.TryCreate(http, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"))
            throw body.Wrong("HTTP", "a URL such as \"http://127.0.0.1:80/health\"");
        if (tcp.Length > 0 && HostPort.TrySplit(tcp) is null) throw body.Wrong("TCP", "host:port");
        if (grpc.Length > 0 && HostPort.TrySplit(grpc.Split('/')[0]) is null)
            throw body.Wrong("GRPC", "host:port or host:port/service");
        TimeSpan? reap = body.Duration("DeregisterCriticalServiceAfter");
        bool isProbed = kinds == 1 && ttl is null;
        return new CheckSpec
        {
            Ttl = ttl,
            Http = http.Length > 0 ? http : null,
            Method = body.Text("Method") is { Length: > 0 } method ? method : null,
            Header = Header(body),
            Body = body.Text("Body") is { Length: > 0 } text ? text : null,
            Tcp = tcp.Length > 0 ? tcp : null,
            Grpc = grpc.Length > 0 ? grpc : null,
            GrpcUseTls = body.Flag("GRPCUseTLS"),
            TlsSkipVerify = body.Flag("TLSSkipVerify"),
            TlsServerName = body.Text("TLSServerName") is { Length: > 0 } server ? server : null,
            Interval = isProbed ? interval : null,
            Timeout = isProbed ? timeout : null,
            DeregisterAfter = reap is { } after && after < LeastReap ? LeastReap : reap,
            SuccessBeforePassing = isProbed ? body.Number("SuccessBeforePassing", 0, 1_000) : 0,
            FailuresBeforeCritical = isProbed ? body.Number("FailuresBeforeCritical", 0, 1_000) : 0,
            OutputBytesMax = body.Number("OutputMaxSize", 0, int.MaxValue),
        };
    }

    private static SortedDictionary<string, string[]>? Header(ConsulBody body)
    {
        if (body.Child("Header") is not { } given) return null;
        var header = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        foreach (string name in given.Properties().Select(one => one.Name)) header[name] = given.Texts(name);
        return header.Count == 0 ? null : header;
    }

    private static SortedDictionary<string, TaggedAddress>? Addresses(ConsulBody body)
    {
        if (body.Child("TaggedAddresses") is not { } given) return null;
        var addresses = new SortedDictionary<string, TaggedAddress>(StringComparer.Ordinal);
        foreach (string name in given.Properties().Select(one => one.Name))
        {
            if (given.Child(name) is { } one)
                addresses[name] = new TaggedAddress(one.Text("Address"), one.Number("Port", 0, 65_535));
        }

        return addresses.Count == 0 ? null : addresses;
    }

    public static SortedDictionary<string, string>? Meta(ConsulBody body, string name)
    {
        SortedDictionary<string, string>? meta = body.Map(name);
        if (meta is null) return null;
        if (meta.Count > MetaMax) throw body.Wrong(name, $"at most {MetaMax} pairs");
        if (meta.Any(pair => pair.Key.Length > 128 || pair.Value.Length > MetaCharsMax))
            throw body.Wrong(name, $"keys of at most 128 and values of at most {MetaCharsMax} characters");
        return meta;
    }

    private static void CheckLength(string text, string name)
    {
        if (text.Length > NameCharsMax)
            throw new ConsulException(400, $"{name} must have at most {NameCharsMax} characters");
        if (text.Any(char.IsControl)) throw new ConsulException(400, $"{name} must not have control characters");
    }
}
