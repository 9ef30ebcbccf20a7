using System.Net;
using Flyball.Contracts.Yaml;
using Flyball.Discovery.Filtering;

namespace Flyball.Discovery.Sidecar.Configuring;

/// <summary>Reads <c>use</c>: the local ports that lead to services.</summary>
internal static class UseReader
{
    private const int ConnectionsMost = 1_000_000;

    private static readonly TimeSpan ConnectMin = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ConnectMax = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan IdleMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan IdleMax = TimeSpan.FromDays(7);

    private static readonly (string Word, BalanceKind Kind)[] Balances =
    [
        ("least-connections", BalanceKind.LeastConnections), ("two-choices", BalanceKind.TwoChoices),
        ("round-robin", BalanceKind.RoundRobin),
    ];

    public static IEnumerable<UseSpec> Read(YamlFields file)
    {
        IReadOnlyList<YamlNode> given = file.List("use");
        if (given.Count > SidecarSpec.UsesMax) file.Fail("use", $"takes at most {SidecarSpec.UsesMax} entries");
        var taken = new HashSet<IPEndPoint>();
        foreach (YamlNode node in given)
        {
            if (YamlFields.TryOf(node, file.Problems) is not { } fields) continue;
            if (ReadOne(fields) is not { } spec) continue;
            if (!taken.Add(spec.Listen)) fields.Fail("port", $"{spec.Listen} is taken by an entry before");
            yield return spec;
        }
    }

    private static UseSpec? ReadOne(YamlFields fields)
    {
        string? service = fields.Name("service");
        IPEndPoint? listen = Listen(fields);
        var spec = new UseSpec
        {
            Service = service ?? "",
            Listen = listen ?? new IPEndPoint(IPAddress.Loopback, 0),
            Tag = fields.Has("tag") ? fields.Name("tag") : null,
            Filter = Filter(fields),
            Balance = Balance(fields),
            ConnectTimeout = fields.Duration("connect-timeout", TimeSpan.FromSeconds(2), ConnectMin, ConnectMax),
            Wait = fields.Duration("wait", TimeSpan.FromSeconds(2), TimeSpan.Zero, ConnectMax),
            Idle = fields.Duration("idle", TimeSpan.FromHours(1), IdleMin, IdleMax),
            ConnectionsMax = fields.Number("connections-max", 4_096, 1, ConnectionsMost),
        };
        fields.Finish();
        return service is null || listen is null ? null : spec;
    }

    /// <summary>A port of 127.0.0.1, or an address with a port.</summary>
    private static IPEndPoint? Listen(YamlFields fields)
    {
        string? text = fields.Text("port");
        if (text is not null && SidecarFields.ReadPort(text) is { } port)
            return new IPEndPoint(IPAddress.Loopback, port);
        if (text is not null && SidecarFields.ReadEndPoint(text) is { Port: > 0 } endPoint) return endPoint;
        fields.Fail("port", text is null ? "is missing" : $"takes a port from 1 to 65535 or ADDRESS:PORT, not {text}");
        return null;
    }

    private static string? Filter(YamlFields fields)
    {
        if (fields.Text("filter") is not { } text) return null;
        try
        {
            FilterParser.Parse(text);
            return text;
        }
        catch (FormatException e)
        {
            fields.Fail("filter", $"is no filter expression: {e.Message}");
            return null;
        }
    }

    private static BalanceKind Balance(YamlFields fields)
    {
        if (fields.Text("balance") is not { } text) return BalanceKind.LeastConnections;
        foreach ((string word, BalanceKind kind) in Balances)
        {
            if (word == text) return kind;
        }

        fields.Fail("balance", $"takes {string.Join(", ", Balances.Select(one => one.Word))}, not {text}");
        return BalanceKind.LeastConnections;
    }
}
