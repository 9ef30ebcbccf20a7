using System.Text.Json;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Discovery;

/// <summary>Sidecars beside real processes, and a server that comes and goes.</summary>
public sealed class SidecarPlatformTests
{
    private const int SigHup = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Sidecars_ProcessesSidecarsAndTheServerDie_RequestsGoOn()
    {
        await using DiscoveryPlatform doors = await DiscoveryPlatform.StartAsync();
        (int one, int other, int local, int status) = (Ports.Next(), Ports.Next(), Ports.Next(), Ports.Next());
        await using Running first = Serve(one, doors.Platform.Directory);
        await using Running second = Serve(other, doors.Platform.Directory);
        await using Running nerve = Sidecar(doors, "one", Registering(doors, one));
        await using Running twin = Sidecar(doors, "two", Registering(doors, other));
        string used = Using(doors, local, status);
        Running synapse = Sidecar(doors, "three", used);
        using var requests = new SidecarRequests(local);
        try
        {
            await UntilStatusAsync(status, port => port.GetProperty("passing").GetInt32() == 2, synapse);
            await requests.UntilSeenAsync(one, other);

            // A process dies without a word: its connections go to the other one at once.
            await first.KillAsync();
            requests.Forget();
            await requests.SendAsync(200);
            Assert.Equal([other], requests.Seen);
            await UntilStatusAsync(status, port => port.GetProperty("critical").GetInt32() == 1, synapse);

            // The server is killed, and the sidecar too: the last known is on its disk.
            await doors.Platform.Server!.KillAsync();
            await requests.SendAsync(100);
            await UntilKeptAsync(doors, "three", "\"isCritical\":true");
            await synapse.KillAsync();
            await synapse.DisposeAsync();
            synapse = Sidecar(doors, "three", used);
            await UntilStatusAsync(status, port => port.GetProperty("passing").GetInt32() == 1, synapse);
            await requests.SendAsync(100);

            // A back end comes while the server is away, and the server comes back: both sidecars find it.
            await using Running again = Serve(one, doors.Platform.Directory);
            await doors.Platform.StartServerAsync();
            await UntilStatusAsync(status, port => port.GetProperty("passing").GetInt32() == 2, synapse);
            requests.Forget();
            await requests.UntilSeenAsync(one, other);

            // In order: a sidecar takes its process out, and nothing is sent there any more.
            await nerve.StopAsync();
            Assert.Equal(0, nerve.Process.ExitCode);
            Assert.Equal(1, (await doors.GetAsync("health/service/cart")).GetArrayLength());
            await UntilStatusAsync(status, port => port.GetProperty("passing").GetInt32() == 1
                && port.GetProperty("critical").GetInt32() == 0, synapse);
            requests.Forget();
            await requests.SendAsync(100);
            Assert.Equal([other], requests.Seen);
            Assert.Equal(0, requests.Failed);
        }
        finally
        {
            await synapse.DisposeAsync();
        }
    }

    [Fact]
    public async Task Sidecar_KilledWithoutAWord_ItsProcessTurnsCriticalAndIsForgotten()
    {
        await using DiscoveryPlatform doors = await DiscoveryPlatform.StartAsync();
        int port = Ports.Next();
        await using Running process = Serve(port, doors.Platform.Directory);
        await using Running sidecar = Sidecar(doors, "one", Registering(doors, port));
        await UntilHealthAsync(doors, "passing", sidecar);
        await sidecar.KillAsync();
        await UntilHealthAsync(doors, "critical", null);
    }

    [Fact]
    public async Task Sidecar_HangUp_ReadsItsFileAgainAndAWrongOneChangesNothing()
    {
        await using DiscoveryPlatform doors = await DiscoveryPlatform.StartAsync();
        (int port, int before, int after, int status) = (Ports.Next(), Ports.Next(), Ports.Next(), Ports.Next());
        await using Running process = Serve(port, doors.Platform.Directory);
        await doors.RegisterAsync("cart", "c", port);
        await using Running sidecar = Sidecar(doors, "one", Using(doors, before, status));
        await UntilStatusAsync(status, one => one.GetProperty("passing").GetInt32() == 1, sidecar);

        string file = Path.Combine(doors.Platform.Directory, "one.yaml");
        await File.WriteAllTextAsync(file, "use: [ { service: cart, prt: 1 } ]\n");
        sidecar.Signal(SigHup);
        await Eventually.TrueAsync(
            () => Task.FromResult(sidecar.Output.Contains("did you mean port?", StringComparison.Ordinal)), Patience,
            () => sidecar.Output, sidecar);
        Assert.Contains($"{file}:1:25: there is no key prt here", sidecar.Output, StringComparison.Ordinal);
        using var still = new SidecarRequests(before);
        await still.SendAsync(10);
        Assert.Equal(0, still.Failed);

        await File.WriteAllTextAsync(file, Using(doors, after, status));
        sidecar.Signal(SigHup);
        using var changed = new SidecarRequests(after);
        await changed.UntilSeenAsync(port);
    }

    [Fact]
    public async Task Sidecar_FileIsWrongOrAPortTaken_SaysWhatAndEnds()
    {
        string folder = Directory.CreateTempSubdirectory("flyball-sidecar-").FullName;
        int taken = Ports.Next();
        await using Running process = Serve(taken, folder);
        using var there = new SidecarRequests(taken);
        await there.UntilSeenAsync(taken);
        (int code, string output) = await RunAsync(folder, "--use", $"cart={taken}", "--listen", "none");
        Assert.Equal(
            (1, $"use: 127.0.0.1:{taken} for cart cannot be had: another program listens there."),
            (code, output.Trim()));
        (code, output) = await RunAsync(folder, "--use", $"cart={Ports.Next()}", "--listen", $"127.0.0.1:{taken}");
        Assert.Equal(1, code);
        Assert.StartsWith($"listen: 127.0.0.1:{taken} cannot be had", output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(folder, "sidecar.yaml"), "register: [ { service: cart } ]\n");
        (code, output) = await RunAsync(folder);
        Assert.Equal((2, "sidecar.yaml:1:13: port is missing"), (code, output.Trim()));
        await process.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<(int Code, string Output)> RunAsync(string folder, params string[] arguments)
    {
        await using Running sidecar = Running.Start(
            Executables.Flyball, ["sidecar", "--data", Path.Combine(folder, "data"), .. arguments], folder);
        await sidecar.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        sidecar.Process.WaitForExit();
        return (sidecar.Process.ExitCode, sidecar.Output);
    }

    /// <summary>A plain web server that answers every request with its port.</summary>
    private static Running Serve(int port, string folder)
    {
        string pages = Directory.CreateDirectory(Path.Combine(folder, $"pages{port}")).FullName;
        File.WriteAllText(Path.Combine(pages, "index.html"), $"{port}");
        return Running.Start("busybox", ["httpd", "-f", "-p", $"127.0.0.1:{port}", "-h", pages]);
    }

    private static Running Sidecar(DiscoveryPlatform doors, string name, string yaml)
    {
        string file = Path.Combine(doors.Platform.Directory, name + ".yaml");
        File.WriteAllText(file, yaml);
        return Running.Start(
            Executables.Flyball,
            ["sidecar", "--data", Path.Combine(doors.Platform.Directory, "sidecar-" + name), "-f", file]);
    }

    private static string Registering(DiscoveryPlatform doors, int port) => $$"""
        catalogue: 127.0.0.1:{{doors.ConsulPort}}
        listen: none
        lease: 3s
        drain: 1s
        register:
          - { service: cart, port: {{port}}, checks: [ { http: /index.html, interval: 200ms } ] }
        """;

    private static string Using(DiscoveryPlatform doors, int port, int status) => $$"""
        catalogue: 127.0.0.1:{{doors.ConsulPort}}
        listen: 127.0.0.1:{{status}}
        use:
          - { service: cart, port: {{port}} }
        """;

    /// <summary>A sidecar writes down what it knows within a second.</summary>
    private static async Task UntilKeptAsync(DiscoveryPlatform doors, string name, string text)
    {
        string file = Path.Combine(doors.Platform.Directory, "sidecar-" + name, "back-ends");
        string last = "";
        await Eventually.TrueAsync(
            async () => (last = await File.ReadAllTextAsync(file)).Contains(text, StringComparison.Ordinal), Patience,
            () => last);
    }

    private static async Task UntilStatusAsync(int port, Func<JsonElement, bool> expected, Running sidecar)
    {
        using var client = new HttpClient();
        string last = "";
        await Eventually.TrueAsync(
            async () =>
            {
                last = await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/status"));
                using JsonDocument document = JsonDocument.Parse(last);
                JsonElement use = document.RootElement.GetProperty("use");
                return use.GetArrayLength() == 1 && expected(use[0]);
            }, Patience, () => last + sidecar.Output, sidecar);
    }

    private static Task UntilHealthAsync(DiscoveryPlatform doors, string expected, Running? alive)
    {
        string last = "";
        return Eventually.TrueAsync(
            async () =>
            {
                JsonElement all = await doors.GetAsync("health/service/cart");
                last = all.ToString();
                // On a busy machine it may be forgotten between two looks.
                if (expected == "critical" && all.GetArrayLength() == 0) return true;
                return all.GetArrayLength() == 1 && all[0].GetProperty("Checks").EnumerateArray()
                    .Any(check => check.GetProperty("Name").GetString()!.StartsWith("sidecar", StringComparison.Ordinal)
                        && check.GetProperty("Status").GetString() == expected);
            }, Patience, () => last, alive);
    }
}
