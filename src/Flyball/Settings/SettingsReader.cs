using System.Globalization;
using System.Net;
using System.Text.Json;
using Flyball.Agent;

namespace Flyball.Settings;

/// <summary>
/// Puts flags over environment over file over default, and checks all of it: every problem is reported at once, by the
/// name under which it was set.
/// </summary>
internal sealed class SettingsReader : ISettingValues
{
    /// <summary>In the data directory unless <c>--config</c> names another.</summary>
    public const string FileName = "flyball.json";

    private readonly Func<Setting, string?> flag;
    private readonly Func<string, string?> environment;
    private readonly Dictionary<string, string> file = new(StringComparer.Ordinal);
    private readonly List<string> problems = [];

    private SettingsReader(Func<Setting, string?> flag, Func<string, string?> environment)
    {
        this.flag = flag;
        this.environment = environment;
    }

    /// <returns>The settings, or null and what is wrong with them.</returns>
    public static (ServerSettings? Settings, IReadOnlyList<string> Problems) Read(
        Func<Setting, string?> flag, string? configFlag, Func<string, string?> environment)
    {
        var reader = new SettingsReader(flag, environment);
        string data = Path.GetFullPath(
            flag(Setting.Data) ?? environment(Setting.Data.Variable) ?? Setting.Data.Default);
        reader.ReadFile(configFlag ?? environment("FLYBALL_CONFIG"), Path.Combine(data, FileName));
        ServerSettings settings = reader.Build(data);
        return reader.problems.Count == 0 ? (settings, []) : (null, reader.problems);
    }

    private ServerSettings Build(string data)
    {
        string joinTokenFile = Value(Setting.JoinTokenFile).Text;
        var settings = new ServerSettings
        {
            DataDirectory = data,
            Api = EndPoint(Setting.Api)!,
            Gateway = EndPoint(Setting.Gateway)!,
            GatewayH2c = EndPoint(Setting.GatewayH2c),
            GatewayFastPath = ((ISettingValues)this).Switch(Setting.GatewayFastPath),
            GatewayLoops = Loops(),
            GatewayConnectionsMax = this.Count(Setting.GatewayConnectionsMax, 1_000_000),
            Waiting = WaitingSettings.Read(this),
            Security = SecuritySettings.ReadGateway(this, EndPoint(Setting.GatewayTls)),
            Acme = SecuritySettings.ReadAcme(this),
            Control = EndPoint(Setting.Control)!,
            OtlpGrpc = EndPoint(Setting.OtlpGrpc),
            OtlpHttp = EndPoint(Setting.OtlpHttp),
            TelemetryInterval = this.Duration(
                Setting.TelemetryInterval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            TelemetryBufferBytesMax = TelemetryBuffer(),
            Server = Address(Setting.Server),
            JoinTokenFile = joinTokenFile.Length > 0
                ? Path.GetFullPath(joinTokenFile) : Path.Combine(data, "join.token"),
            NodeName = Value(Setting.NodeName).Text is { Length: > 0 } name ? name : null,
            NodeLabels = Labels(Setting.NodeLabels),
            DockerSocket = Value(Setting.DockerSocket).Text,
            AccessLog = Value(Setting.AccessLog).Text,
            LogLevel = Level(Setting.LogLevel),
            Metrics = MetricsSettings.Read(this, data, "http://" + Value(Setting.Api).Text),
            Autoscaling = AutoscalingSettings.Read(this),
            Discovery = DiscoverySettings.Read(this),
            DiscoveryDoorsUnset = [.. DiscoverySettings.Doors.Where(door => !IsSet(door))],
        };
        RefuseOpenControl(settings.Control);
        return settings;
    }

    private void ReadFile(string? given, string standard)
    {
        string path = given ?? standard;
        if (!File.Exists(path))
        {
            if (given is not null) problems.Add($"--config: {given} does not exist.");
            return;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(
                File.ReadAllText(path),
                    new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (Setting.All.All(setting => setting.Name != property.Name) || property.Name == Setting.Data.Name)
                    problems.Add($"{path}: '{property.Name}' is not a setting of this file.");
                else file[property.Name] = property.Value.ToString();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or UnauthorizedAccessException)
        {
            problems.Add($"{path}: {e.Message}");
        }
    }

    public void Refuse(Setting setting, string problem) => problems.Add($"{Value(setting).Source}: {problem}");

    public bool IsSet(Setting setting) =>
        flag(setting) is not null || environment(setting.Variable) is not null || file.ContainsKey(setting.Name);

    public (string Text, string Source) Value(Setting setting)
    {
        if (flag(setting) is { } fromFlag) return (fromFlag, setting.Flag);
        if (environment(setting.Variable) is { } fromEnvironment) return (fromEnvironment, setting.Variable);
        return file.TryGetValue(setting.Name, out string? fromFile)
            ? (fromFile, setting.Name) : (setting.Default, setting.Flag);
    }

    /// <summary>
    /// <c>127.0.0.1:80</c>, <c>[::1]:80</c>, <c>localhost:80</c>, <c>:80</c> for all addresses; <c>none</c> where that
    /// is a default.
    /// </summary>
    public IPEndPoint? EndPoint(Setting setting)
    {
        (string text, string source) = Value(setting);
        if (text == "none" && setting.CanBeNone) return null;
        string expanded = text.StartsWith(':') ? "0.0.0.0" + text
            : text.StartsWith("localhost:", StringComparison.Ordinal) ? "127.0.0.1" + text["localhost".Length..]
            : text;
        if (expanded.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(expanded, out IPEndPoint? endPoint))
            return endPoint;
        problems.Add($"{source}: '{text}' is not an address with a port such as {setting.Default}.");
        return null;
    }

    private int? Loops()
    {
        const int LoopsMax = 256;
        (string text, string source) = Value(Setting.GatewayLoops);
        if (text == Setting.GatewayLoops.Default) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int loops)
            && loops is >= 1 and <= LoopsMax)
            return loops;
        problems.Add($"{source}: '{text}' is neither a number from 1 to {LoopsMax} nor cores.");
        return null;
    }

    private Uri Address(Setting setting)
    {
        (string text, string source) = Value(setting);
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https")
            return address;
        problems.Add($"{source}: '{text}' is not an address such as {setting.Default}.");
        return new Uri(setting.Default);
    }

    public SortedDictionary<string, string> Labels(Setting setting)
    {
        (string text, string source) = Value(setting);
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string pair in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) labels[pair[..equals]] = pair[(equals + 1)..];
            else problems.Add($"{source}: '{pair}' is not name=value.");
        }

        return labels;
    }

    private long TelemetryBuffer()
    {
        long bytes = this.Size(Setting.TelemetryBuffer);
        if (bytes is > 0 and < AgentOptions.TelemetryBufferBytesMin)
            Refuse(Setting.TelemetryBuffer, $"{bytes} bytes are less than {AgentOptions.TelemetryBufferBytesMin}.");
        else if (bytes == 0 && Value(Setting.TelemetryBuffer).Text == "none")
            Refuse(Setting.TelemetryBuffer, "there must be a bound.");
        return bytes;
    }

    private LogLevel Level(Setting setting)
    {
        (string text, string source) = Value(setting);
        if (Enum.TryParse(text, ignoreCase: true, out LogLevel level)
            && !int.TryParse(text, CultureInfo.InvariantCulture, out _)) return level;
        problems.Add($"{source}: '{text}' is none of: {setting.Description}");
        return LogLevel.Warning;
    }

    /// <summary>The control door has no TLS of its own yet, and it hands out everything there is to know.</summary>
    private void RefuseOpenControl(IPEndPoint? control)
    {
        if (control is not null && !IPAddress.IsLoopback(control.Address))
            problems.Add(
                $"{Value(Setting.Control).Source}: {control} is not a loopback address. The control door speaks "
                + "without TLS in this version: put a tunnel (WireGuard, SSH) between machines.");
    }
}
