using Flyball.Hosting;
using Flyball.Settings;

namespace Flyball.Tests.Settings;

public sealed class SettingsReaderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("flyball-settings-").FullName;
    private readonly Dictionary<string, string> flags = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> environment = new(StringComparer.Ordinal);

    public SettingsReaderTests() => flags["data"] = folder;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Read_Nothing_TakesTheDocumentedDefaults()
    {
        ServerSettings settings = Read().Settings!;

        Assert.Equal("127.0.0.1:7070", settings.Api.ToString());
        Assert.Equal("127.0.0.1:8080", settings.Gateway.ToString());
        Assert.Equal("127.0.0.1:7071", settings.Control.ToString());
        Assert.Equal("127.0.0.1:4317", settings.OtlpGrpc?.ToString());
        Assert.Equal("127.0.0.1:4318", settings.OtlpHttp?.ToString());
        Assert.Null(settings.GatewayH2c);
        Assert.True(settings.GatewayFastPath);
        Assert.Null(settings.GatewayLoops);
        Assert.Equal(Path.Combine(folder, "join.token"), settings.JoinTokenFile);
    }

    [Fact]
    public void Read_SetThreeTimes_FlagWinsOverEnvironmentOverFile()
    {
        File.WriteAllText(Path.Combine(folder, "flyball.json"),
            """{ "api-listen": "127.0.0.1:1", "gateway-listen": "127.0.0.1:1", "control-listen": "127.0.0.1:1" }""");
        environment["FLYBALL_API_LISTEN"] = "127.0.0.1:2";
        environment["FLYBALL_GATEWAY_LISTEN"] = "127.0.0.1:2";
        flags["api-listen"] = "127.0.0.1:3";

        ServerSettings settings = Read().Settings!;

        Assert.Equal((3, 2, 1), (settings.Api.Port, settings.Gateway.Port, settings.Control.Port));
    }

    [Fact]
    public void Read_SeveralMistakes_AreAllNamedByTheirSource()
    {
        File.WriteAllText(Path.Combine(folder, "flyball.json"), """{ "gatway": "x", "otlp-http-listen": "nowhere" }""");
        environment["FLYBALL_NODE_LABELS"] = "disk";
        flags["api-listen"] = "7070";
        flags["log-level"] = "7";
        flags["control-listen"] = "0.0.0.0:7071";
        flags["gateway-fast-path"] = "maybe";
        flags["gateway-loops"] = "0";
        flags["gateway-connections-max"] = "1000001";
        flags["gateway-waiting"] = "0";
        flags["gateway-waiting-memory"] = "none";

        (ServerSettings? settings, IReadOnlyList<string> problems) = Read();

        Assert.Null(settings);
        Assert.Collection(
            problems.Order(StringComparer.Ordinal),
            problem => Assert.StartsWith("--api-listen: '7070'", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith(
                "--control-listen: 0.0.0.0:7071 is not a loopback address", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith("--gateway-connections-max: '1000001'", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith("--gateway-fast-path: 'maybe'", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith("--gateway-loops: '0'", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith("--gateway-waiting-memory: 'none'", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith("--gateway-waiting: '0'", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith("--log-level: '7'", problem, StringComparison.Ordinal),
            problem => Assert.Contains("'gatway' is not a setting", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith("FLYBALL_NODE_LABELS: 'disk'", problem, StringComparison.Ordinal),
            problem => Assert.StartsWith("otlp-http-listen: 'nowhere'", problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("localhost:80", "127.0.0.1:80")]
    [InlineData(":80", "0.0.0.0:80")]
    [InlineData("[::1]:80", "[::1]:80")]
    public void Read_ShortAddresses_AreUnderstood(string given, string expected)
    {
        flags["gateway-listen"] = given;

        Assert.Equal(expected, Read().Settings!.Gateway.ToString());
    }

    [Fact]
    public void Read_FastPath_IsHandedToTheGateway()
    {
        flags["gateway-fast-path"] = "off";
        flags["gateway-loops"] = "3";
        flags["gateway-connections-max"] = "20000";
        flags["gateway-waiting"] = "50";
        flags["gateway-waiting-memory"] = "1MB";

        Flyball.Gateway.GatewayOptions options = RoleOptions.Gateway(Read().Settings!);

        Assert.Equal((false, 3, 20_000), (options.FastPath, options.Loops, options.ConnectionsMax));
        Assert.Equal((50, 1 << 20), (options.WaitingMax, options.WaitingBytesMax));
    }

    private (ServerSettings? Settings, IReadOnlyList<string> Problems) Read() =>
        SettingsReader.Read(setting => flags.GetValueOrDefault(setting.Name), null, environment.GetValueOrDefault);
}
