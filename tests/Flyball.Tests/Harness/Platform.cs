using System.Net.Http.Headers;
using System.Text.Json;

namespace Flyball.Tests.Harness;

/// <summary>
/// The real executable on ports and a data directory of its own: everything in one process, or a process a role. What
/// the platform started is stopped with it, by its process ids.
/// </summary>
internal sealed class Platform : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<Running> started = [];
    private HttpClient? api;
    private bool isMounted;

    private Platform(bool roles)
    {
        SeparateRoles = roles;
        Directory = System.IO.Directory.CreateTempSubdirectory("flyball-test-").FullName;
    }

    public bool SeparateRoles { get; }

    public string Directory { get; }

    public int ApiPort { get; } = Ports.Next();

    public int GatewayPort { get; } = Ports.Next();

    public int GatewayTlsPort { get; } = Ports.Next();

    public int ControlPort { get; } = Ports.Next();

    public int OtlpGrpcPort { get; } = Ports.Next();

    public int OtlpHttpPort { get; } = Ports.Next();

    /// <summary>Where agents and gateways dial; a test may put a relay in between.</summary>
    public int? AgentControlPort { get; set; }

    public string ServerData => Path.Combine(Directory, "server");

    /// <summary>Of the gateway in a process of its own.</summary>
    public string GatewayData => Path.Combine(Directory, "gateway");

    public string AgentData => SeparateRoles ? Path.Combine(Directory, "agent") : ServerData;

    public string DockerSocket { get; init; } = "none";

    public string[] ExtraArguments { get; init; } = [];

    /// <summary>Settings of every process.</summary>
    public string[] CommonArguments { get; init; } = [];

    /// <summary>Compose files: then it is <c>flyball up</c> with them, not a server.</summary>
    public string[] UpFiles { get; init; } = [];

    public Running? Server { get; private set; }

    public Running? Agent { get; private set; }

    public Running? Gateway { get; private set; }

    /// <summary>
    /// The API as the administrator; before the server's first start has written the token, as a stranger.
    /// </summary>
    public HttpClient Api
    {
        get
        {
            if (api is not null) return api;
            HttpClient client = CreateApi();
            if (client.DefaultRequestHeaders.Authorization is not null) api = client;
            return client;
        }
    }

    /// <summary>An address of the Prometheus API.</summary>
    public Uri Metrics(string path) => new($"http://127.0.0.1:{ApiPort}/api/v1/{path}");

    /// <param name="frozenData">Begins with a copy of this data directory.</param>
    /// <param name="limitedDiskMegabytes">Puts the server's data on a small file system in memory; needs root.</param>
    /// <param name="commonArguments">Settings of every process; the extra ones are the server's.</param>
    /// <param name="upFiles">Compose files: then it is <c>flyball up</c> with them, not a server.</param>
    public static async Task<Platform> StartAsync(
        bool separateRoles = false, string dockerSocket = "none", int limitedDiskMegabytes = 0, string? frozenData =
            null,
        string[]? commonArguments = null, string[]? upFiles = null, params string[] extraArguments)
    {
        var platform = new Platform(separateRoles)
        {
            DockerSocket = dockerSocket, ExtraArguments = extraArguments, CommonArguments = commonArguments ?? [],
            UpFiles = upFiles ?? [],
        };
        try
        {
            if (frozenData is not null) await RunAsync("cp", "-r", frozenData, platform.ServerData);
            if (limitedDiskMegabytes > 0) await platform.MountAsync(limitedDiskMegabytes);
            await platform.StartServerAsync();
            if (separateRoles)
            {
                await platform.StartAgentAsync();
                await platform.StartGatewayAsync();
            }

            return platform;
        }
        catch
        {
            await platform.DisposeAsync();
            throw;
        }
    }

    public async Task StartServerAsync()
    {
        string[] doors =
        [
            "--data", ServerData, "--api-listen", $"127.0.0.1:{ApiPort}", "--control-listen",
            $"127.0.0.1:{ControlPort}",
        ];
        string[] all = SeparateRoles ? [] : [.. GatewayArguments(GatewayPort, GatewayTlsPort), .. AgentArguments()];
        string[] command = UpFiles.Length > 0 ? ["up", .. UpFiles.SelectMany(file => new[] { "-f", file })]
            : SeparateRoles ? ["server"]
            : ["server", "--all"];
        Server = Track(Running.Start(
            Executables.Flyball, [.. command, .. doors, .. all, .. CommonArguments, .. ExtraArguments]));
        api?.Dispose();
        api = null;
        await Eventually.TrueAsync(
            async () => (await Api.GetAsync("version")).IsSuccessStatusCode, Patience, () => Server.Output, Server);
    }

    public async Task StartAgentAsync()
    {
        Agent = Track(Running.Start(Executables.Flyball,
            ["agent", "--data", AgentData, "--server", $"http://127.0.0.1:{AgentControlPort ?? ControlPort}",
                "--join-token-file", Path.Combine(ServerData, "join.token"), .. AgentArguments(),
                .. CommonArguments]));
        await Eventually.TrueAsync(
            async () => (await ListAsync("nodes"))
                .Any(node => node.GetProperty("state").GetString() is "Ready" or "ready"),
            Patience, () => Agent.Output, Agent);
    }

    public async Task StartGatewayAsync() =>
        Gateway = await StartGatewayAsync(GatewayPort, GatewayTlsPort, GatewayData);

    /// <summary>A further gateway of the same server.</summary>
    public async Task<Running> StartGatewayAsync(int port, int tlsPort, string data, params string[] more)
    {
        Running gateway = Track(Running.Start(Executables.Flyball,
            ["gateway", "--data", data, "--server", $"http://127.0.0.1:{ControlPort}",
                "--join-token-file", Path.Combine(ServerData, "join.token"), .. GatewayArguments(port, tlsPort),
                .. CommonArguments, .. more]));
        using var probe = new HttpClient();
        await Eventually.TrueAsync(async () =>
        {
            using HttpResponseMessage answer = await probe.GetAsync(new Uri($"http://127.0.0.1:{port}/"));
            return true;
        }, Patience, () => gateway.Output, gateway);
        return gateway;
    }

    /// <summary>Runs a client command and answers with its exit code and output.</summary>
    public async Task<(int ExitCode, string Output)> CliAsync(params string[] arguments)
    {
        await using Running command = Running.Start(
            Executables.Flyball, [.. arguments], Directory, ("FLYBALL_DATA", ServerData));
        await command.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        command.Process.WaitForExit();
        return (command.Process.ExitCode, command.Output);
    }

    /// <summary>Writes a Compose file and applies it; the command must succeed.</summary>
    public async Task ApplyAsync(string compose, bool wait = true)
    {
        string file = Path.Combine(Directory, "compose.yaml");
        await File.WriteAllTextAsync(file, compose);
        (int code, string output) = await CliAsync(["apply", "-f", file, .. wait ? ["--wait"] : Array.Empty<string>()]);
        Assert.True(code == 0, output + Environment.NewLine + Server?.Output + Agent?.Output);
    }

    public async Task<JsonElement[]> ListAsync(string path)
    {
        using JsonDocument document = JsonDocument.Parse(await Api.GetStringAsync(path));
        JsonElement root = document.RootElement.Clone();
        return [.. (root.ValueKind == JsonValueKind.Array ? root : root.GetProperty("items")).EnumerateArray()];
    }

    /// <summary>
    /// Allocations of a workload that run now: id, index, version, the driver's handle and the first port.
    /// </summary>
    public async Task<Instance[]> RunningAsync(string workload) =>
    [
        .. (await ListAsync("allocations")).Select(Instance.From)
            .Where(instance => instance.Workload == workload && instance.Phase == "running"),
    ];

    /// <summary>Waits until exactly so many allocations run and are healthy.</summary>
    public Task<Instance[]> WaitForAsync(
        string workload, int count, Func<Instance, bool>? also = null, TimeSpan? patience = null) =>
        Eventually.GetAsync(async () =>
        {
            Instance[] all = [.. (await ListAsync("allocations")).Select(Instance.From)
                .Where(instance => instance.Workload == workload)];
            return all.Length == count
                && all.All(instance => instance is { Phase: "running", Health: "passing" }
                && (also?.Invoke(instance) ?? true))
                ? all
                : null;
        }, patience ?? Patience, async () => $"{await Api.GetStringAsync("allocations")}\n{await Api.GetStringAsync("why/" + workload)}\n{Server?.Output}{Agent?.Output}");

    public async ValueTask DisposeAsync()
    {
        // First what runs for the platform, so that nothing outlives the test whatever state it ended in.
        await StopTasksAsync();
        for (int i = started.Count - 1; i >= 0; i--) await started[i].DisposeAsync();
        api?.Dispose();
        TaskProcesses.KillAll(Directory);
        if (isMounted) await RunAsync("umount", "-l", ServerData);
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private async Task StopTasksAsync()
    {
        if (Server is not { Process.HasExited: false }) return;
        try
        {
            foreach (string project in (await ListAsync("workloads"))
                .Select(row => row.GetProperty("project").GetString()!).Distinct())
                using (await Api.DeleteAsync("projects/" + project)) { }
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
            while (!patience.IsCancellationRequested && (await ListAsync("allocations")).Length > 0)
                await Task.Delay(50, patience.Token);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            // The server is down or stuck: what it started is killed by its process ids below.
        }
    }

    private async Task MountAsync(int megabytes)
    {
        System.IO.Directory.CreateDirectory(ServerData);
        await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=0700", "tmpfs", ServerData);
        isMounted = true;
    }

    private static async Task RunAsync(string command, params string[] arguments)
    {
        await using Running running = Running.Start(command, arguments);
        await running.Process.WaitForExitAsync();
        Assert.True(running.Process.ExitCode == 0, running.Output);
    }

    private Running Track(Running running)
    {
        started.Add(running);
        return running;
    }

    private static string[] GatewayArguments(int port, int tlsPort) =>
        ["--gateway-listen", $"127.0.0.1:{port}", "--gateway-tls-listen", $"127.0.0.1:{tlsPort}"];

    private string[] AgentArguments() =>
    [
        "--docker-socket", DockerSocket, "--otlp-grpc-listen", $"127.0.0.1:{OtlpGrpcPort}",
        "--otlp-http-listen", $"127.0.0.1:{OtlpHttpPort}",
    ];

    private HttpClient CreateApi()
    {
        string token = File.Exists(Path.Combine(ServerData, "admin.token"))
            ? File.ReadAllText(Path.Combine(ServerData, "admin.token")).Trim() : "";
        var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ApiPort}/api/flyball/v1/") };
        if (token.Length > 0)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}
