using Flyball.Contracts.Yaml;
using Flyball.Discovery.Checking;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Sidecar.Configuring;

/// <summary>Reads <c>checks</c>.</summary>
internal static class CheckReader
{
    private const int CountMax = 100;

    private static readonly TimeSpan IntervalMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan IntervalMax = TimeSpan.FromHours(1);
    private static readonly TimeSpan TimeoutMin = TimeSpan.FromMilliseconds(10);
    private static readonly string[] Kinds = ["http", "tcp", "grpc", "command"];

    public static IEnumerable<ProbeSpec> Read(YamlFields registration, int port)
    {
        IReadOnlyList<YamlNode> given = registration.List("checks");
        if (given.Count > RegisterSpec.ChecksMax)
            registration.Fail("checks", $"takes at most {RegisterSpec.ChecksMax}");
        foreach (YamlNode node in given)
        {
            if (YamlFields.TryOf(node, registration.Problems) is not { } fields) continue;
            ProbeSpec? probe = ReadOne(fields, port);
            fields.Finish();
            if (probe is not null) yield return probe;
        }
    }

    /// <summary>What is checked where nothing is said: that it accepts connections.</summary>
    public static ProbeSpec Connecting(int port) => new()
    {
        Check = new CheckSpec
        {
            Tcp = FormattableString.Invariant($"127.0.0.1:{port}"),
            Interval = ProbeSpec.UsualInterval,
            Timeout = ProbeSpec.UsualTimeout,
            SuccessBeforePassing = ProbeSpec.UsualRise,
            FailuresBeforeCritical = ProbeSpec.UsualFall,
        },
    };

    private static ProbeSpec? ReadOne(YamlFields fields, int port)
    {
        string[] kinds = [.. Kinds.Where(fields.Has)];
        TimeSpan interval = fields.Duration("interval", ProbeSpec.UsualInterval, IntervalMin, IntervalMax);
        TimeSpan timeout = fields.Duration("timeout", ProbeSpec.UsualTimeout, TimeoutMin, IntervalMax);
        var usual = new CheckSpec
        {
            Interval = interval,
            Timeout = timeout,
            SuccessBeforePassing = fields.Number("rise", ProbeSpec.UsualRise, 1, CountMax),
            FailuresBeforeCritical = fields.Number("fall", ProbeSpec.UsualFall, 1, CountMax),
            Method = fields.Text("method"),
        };
        if (kinds.Length != 1)
        {
            string given = kinds.Length == 0 ? "none is given" : $"{string.Join(" and ", kinds)} are given";
            fields.Problems.Add(fields.Map, $"a check takes one of {string.Join(", ", Kinds)}; {given}");
            return null;
        }

        if (usual.Method is not null && kinds[0] != "http") fields.Fail("method", "is of http checks only");
        return kinds[0] switch
        {
            "http" => Http(fields, usual, port),
            "tcp" => Tcp(fields, usual),
            "grpc" => Grpc(fields, usual),
            _ => Command(fields, usual),
        };
    }

    /// <summary>A URL, or a path on the registered port.</summary>
    private static ProbeSpec? Http(YamlFields fields, CheckSpec usual, int port)
    {
        string text = fields.Text("http", "");
        string url = text.StartsWith('/') ? FormattableString.Invariant($"http://127.0.0.1:{port}{text}") : text;
        if (Uri.TryCreate(url, UriKind.Absolute, out Uri? read) && read.Scheme is "http" or "https")
            return new ProbeSpec { Check = usual with { Http = url } };
        fields.Fail("http", $"takes a URL, or a path such as /healthz, not {text}");
        return null;
    }

    private static ProbeSpec? Tcp(YamlFields fields, CheckSpec usual)
    {
        string text = fields.Text("tcp", "");
        if (SidecarFields.ReadPort(text) is { } port)
            text = FormattableString.Invariant($"127.0.0.1:{port}");
        if (HostPort.TrySplit(text) is not null) return new ProbeSpec { Check = usual with { Tcp = text } };
        fields.Fail("tcp", $"takes a port or HOST:PORT, not {text}");
        return null;
    }

    private static ProbeSpec? Grpc(YamlFields fields, CheckSpec usual)
    {
        string text = fields.Text("grpc", "");
        if (HostPort.TrySplit(text.Split('/')[0]) is not null)
            return new ProbeSpec { Check = usual with { Grpc = text } };
        fields.Fail("grpc", $"takes HOST:PORT or HOST:PORT/SERVICE, not {text}");
        return null;
    }

    private static ProbeSpec? Command(YamlFields fields, CheckSpec usual)
    {
        IReadOnlyList<string> command = fields.Texts("command");
        if (command.Count > 0 && command[0].Length > 0) return new ProbeSpec { Check = usual, Command = command };
        fields.Fail("command", "takes a list: a program and its arguments");
        return null;
    }
}
