using System.Diagnostics;
using System.Formats.Tar;

namespace Flyball.Agent.Tests.Harness;

/// <summary>
/// An engine of the tests' own, apart from any other on the machine. Nothing can be pulled, so its one image is made of
/// the static busybox.
/// </summary>
public sealed class DockerEngineFixture : IAsyncLifetime
{
    public const string Image = "flyball-test/busybox:1";

    private static readonly string[] Applets =
        ["sh", "sleep", "cat", "echo", "env", "id", "httpd", "wget", "true", "false", "kill", "nc", "stty", "dd", "ls",
            "mkdir", "hostname"];

    private readonly string folder = Directory.CreateTempSubdirectory("flyball-engine-").FullName;
    private Process? daemon;

    public string Endpoint => $"unix://{folder}/docker.sock";

    public string Folder => folder;

    public async ValueTask InitializeAsync()
    {
        await StartEngineAsync();
        await ImportAsync();
    }

    public async Task StartEngineAsync()
    {
        var start = new ProcessStartInfo("dockerd") { RedirectStandardError = true, RedirectStandardOutput = true };
        string[] arguments =
        [
            "--data-root", $"{folder}/data", "--exec-root", $"{folder}/exec", "--pidfile", $"{folder}/pid", "-H",
            Endpoint, "--bridge", "none",
        ];
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["PATH"] += ":/usr/sbin:/sbin";
        daemon = Process.Start(start)!;
        daemon.ErrorDataReceived += (_, _) => { };
        daemon.BeginErrorReadLine();
        daemon.BeginOutputReadLine();
        for (int i = 0; ; i++)
        {
            if ((await DockerAsync("version")).Code == 0) return;
            Assert.False(daemon.HasExited, "dockerd ended: are the tests run as root?");
            Assert.True(i < 600, "dockerd did not answer.");
            await Task.Delay(100);
        }
    }

    public async Task StopEngineAsync()
    {
        daemon!.Kill(false);
        await daemon.WaitForExitAsync();
        daemon.Dispose();
        File.Delete($"{folder}/pid");
    }

    public async Task<(int Code, string Output)> DockerAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("docker") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-H");
        start.ArgumentList.Add(Endpoint);
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        using Process docker = Process.Start(start)!;
        Task<string> output = docker.StandardOutput.ReadToEndAsync();
        Task<string> error = docker.StandardError.ReadToEndAsync();
        await docker.WaitForExitAsync();
        return (docker.ExitCode, await output + await error);
    }

    public async ValueTask DisposeAsync()
    {
        string[] left = (await DockerAsync("ps", "-aq")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (left.Length > 0) await DockerAsync(["rm", "-f", .. left]);
        string[] networks = (await DockerAsync("network", "ls", "-q", "--filter", "type=custom")).Output.Split(
            '\n', StringSplitOptions.RemoveEmptyEntries);
        if (networks.Length > 0) await DockerAsync(["network", "rm", .. networks]);
        if (daemon is { HasExited: false })
        {
            using Process kill = Process.Start(
                "kill", ["-TERM", daemon.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
            await daemon.WaitForExitAsync();
        }

        daemon?.Dispose();
        using Process remove = Process.Start("rm", ["-rf", folder]);
        await remove.WaitForExitAsync();
    }

    private async Task ImportAsync()
    {
        string archive = Path.Combine(folder, "image.tar");
        await using (var tar = new TarWriter(File.Create(archive)))
        {
            foreach (string name in new[] { "bin", "tmp", "etc", "data" })
                await tar.WriteEntryAsync(
                    new PaxTarEntry(TarEntryType.Directory, name + "/") { Mode = (UnixFileMode)0b111_111_111 });
            await tar.WriteEntryAsync("/bin/busybox", "bin/busybox");
            foreach (string applet in Applets)
                await tar.WriteEntryAsync(
                    new PaxTarEntry(TarEntryType.SymbolicLink, "bin/" + applet) { LinkName = "busybox" });
        }

        (int code, string output) = await DockerAsync("import", "-c", "ENV PATH=/bin", archive, Image);
        Assert.True(code == 0, output);
    }
}
