using System.Net;

namespace Flyball.Discovery.Sidecar.Configuring;

/// <summary>A local port that leads to a service.</summary>
internal sealed record UseSpec
{
    public required string Service { get; init; }

    public required IPEndPoint Listen { get; init; }

    /// <summary>Only instances with this tag; null for all.</summary>
    public string? Tag { get; init; }

    /// <summary>Only instances that Consul's filter expression takes; null for all.</summary>
    public string? Filter { get; init; }

    public BalanceKind Balance { get; init; } = BalanceKind.LeastConnections;

    /// <summary>A back end that does not accept within this time is passed over.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a connection waits for a back end while none is known.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a connection may carry nothing either way.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Connections of this port at a time; one more is reset.</summary>
    public int ConnectionsMax { get; init; } = 4_096;

    /// <summary>What is asked of the catalogue; ports that ask the same share the answer.</summary>
    public string Query
    {
        get
        {
            string query = Uri.EscapeDataString(Service);
            if (Tag is not null) query += "?tag=" + Uri.EscapeDataString(Tag);
            if (Filter is not null) query += (Tag is null ? "?" : "&") + "filter=" + Uri.EscapeDataString(Filter);
            return query;
        }
    }
}

/// <summary>Which back end a connection goes to.</summary>
internal enum BalanceKind
{
    /// <summary>The one with the fewest by weight, of all.</summary>
    LeastConnections,

    /// <summary>Of two drawn at random the one with fewer by weight.</summary>
    TwoChoices,

    /// <summary>One after the other, by weight.</summary>
    RoundRobin,
}
