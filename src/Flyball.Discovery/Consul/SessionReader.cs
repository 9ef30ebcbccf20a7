using System.Text.Json;
using Flyball.Discovery.Checking;
using Flyball.Discovery.Indexing;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Consul;

/// <summary>Reads a session that a client wants.</summary>
internal sealed class SessionReader(
    CatalogueIndex index, SessionKeeper keeper, DiscoveryOptions options, Random random)
{
    private static readonly TimeSpan TtlMin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TtlMax = TimeSpan.FromSeconds(86_400);
    private static readonly TimeSpan UsualDelay = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan DelayMax = TimeSpan.FromSeconds(60);
    private const int ChecksMax = 64;

    /// <exception cref="ConsulException">It cannot be kept.</exception>
    public async ValueTask<LockSession> ReadAsync(ConsulExchange exchange)
    {
        byte[] bytes = await exchange.ReadBodyAsync();
        if (bytes.Length == 0) bytes = "{}"u8.ToArray();
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(bytes);
        }
        catch (JsonException e)
        {
            throw new ConsulException(400, $"Request decode failed: line {e.LineNumber + 1}: {e.Message}");
        }

        using (document) return Read(new ConsulBody(document.RootElement));
    }

    private LockSession Read(ConsulBody body)
    {
        string node = body.Text("Node") is { Length: > 0 } given ? given : options.NodeName;
        if (index.Nodes.Find(node) is null) throw new ConsulException(500, $"Missing node registration: {node}");
        string ttlText = body.Text("TTL");
        TimeSpan? ttl = body.Duration("TTL");
        if (ttl < TtlMin || ttl > TtlMax) throw new ConsulException(
            400, $"Invalid Session TTL '{ttlText}', must be between [10s=24h0m0s]");
        string behaviour = body.Text("Behavior");
        if (behaviour is not ("" or "release" or "delete"))
            throw new ConsulException(400, $"Invalid Behavior setting '{behaviour}'");
        LockSession session = new()
        {
            Id = NewId(),
            Name = body.Text("Name"),
            Node = node,
            LockDelay = DelayOf(body),
            DeletesKeys = behaviour == "delete",
            Ttl = ttl,
            TtlText = ttlText,
            NodeChecks = NodeChecks(body),
            ServiceChecks = [.. body.Children("ServiceChecks").Select(check => check.Text("ID"))],
        };
        if (session.NodeChecks.Count + session.ServiceChecks.Count > ChecksMax)
            throw new ConsulException(400, $"ChecksMax: a session has at most {ChecksMax} checks");
        return keeper.FindUnhealthy(session) is { } failing
            ? throw new ConsulException(500, $"Check '{failing}' is in critical state or missing")
            : session;
    }

    private static string[] NodeChecks(ConsulBody body)
    {
        if (body.Has("NodeChecks")) return body.Texts("NodeChecks");
        return body.Has("Checks") ? body.Texts("Checks") : [RegistrationKinds.NodeAlive];
    }

    /// <summary>
    /// Absent for the usual; zero for none. As Consul reads it, less than 1,000 ns is so many seconds: no other
    /// duration is read so.
    /// </summary>
    private static TimeSpan DelayOf(ConsulBody body)
    {
        const long SecondsBelow = 1_000;
        if (body.Nanoseconds("LockDelay") is not { } given) return UsualDelay;
        TimeSpan delay = given < SecondsBelow
            ? TimeSpan.FromSeconds(given) : TimeSpan.FromTicks(given / TimeSpan.NanosecondsPerTick);
        return delay > DelayMax ? DelayMax : delay;
    }

    /// <summary>A UUID of this server's own randomness.</summary>
    private string NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        bytes[7] = (byte)((bytes[7] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes).ToString();
    }
}
