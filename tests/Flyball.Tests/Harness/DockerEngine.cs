using System.Formats.Tar;

namespace Flyball.Tests.Harness;

/// <summary>
/// A container engine of the tests' own: its socket, data and network are apart from any other engine on the machine.
/// No image can be pulled, so images are made from what this machine has.
/// </summary>
internal sealed class DockerEngine : IAsyncDisposable
{
    /// <summary>busybox and the C library: enough for shell commands and for self-contained .NET programs.</summary>
    public const string BaseImage = "flyball-test/base:1";

    private static readonly string[] Libraries =
        ["libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libgcc_s.so.1", "libstdc++.so.6"];

    private readonly string folder;
    private readonly Running daemon;

    private DockerEngine(string folder, Running daemon)
    {
        this.folder = folder;
        this.daemon = daemon;
    }

    public string Socket => Path.Combine(folder, "docker.sock");

    public static async Task<DockerEngine> StartAsync()
    {
        string folder = Directory.CreateTempSubdirectory("flyball-docker-").FullName;
        Running daemon = Running.Start("dockerd",
            ["--data-root", $"{folder}/data", "--exec-root", $"{folder}/exec", "--pidfile", $"{folder}/pid", "-H",
                $"unix://{folder}/docker.sock",
                "--bridge", "none"],
            environment: ("PATH", Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin"));
        var engine = new DockerEngine(folder, daemon);
        try
        {
            await Eventually.TrueAsync(async () => (await engine.DockerAsync("version")).ExitCode == 0,
                TimeSpan.FromSeconds(60), () => daemon.Output, daemon);
            await engine.ImportBaseAsync();
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    public async Task<(int ExitCode, string Output)> DockerAsync(params string[] arguments)
    {
        await using Running command = Running.Start("docker", ["-H", $"unix://{Socket}", .. arguments]);
        await command.Process.WaitForExitAsync();
        command.Process.WaitForExit();
        return (command.Process.ExitCode, command.Output);
    }

    /// <summary>Ids of containers that run now, whoever started them.</summary>
    public async Task<string[]> RunningAsync() =>
        [.. (await DockerAsync("ps", "-q", "--no-trunc")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    public async ValueTask DisposeAsync()
    {
        string[] left = await RunningAsync();
        if (left.Length > 0) await DockerAsync(["rm", "-f", .. left]);
        await daemon.DisposeAsync();
        // The engine leaves mounts of its own for a moment; what cannot be deleted now is in the system's temporary
        // folder.
        await using Running remove = Running.Start("rm", ["-rf", folder]);
        await remove.Process.WaitForExitAsync();
    }

    private async Task ImportBaseAsync()
    {
        string archive = Path.Combine(folder, "base.tar");
        await using (var tar = new TarWriter(File.Create(archive)))
        {
            foreach (string name in new[] { "bin", "tmp", "lib64", "etc", "app" })
                await tar.WriteEntryAsync(
                    new PaxTarEntry(TarEntryType.Directory, name + "/") { Mode = (UnixFileMode)0b111_111_111 });
            await tar.WriteEntryAsync("/bin/busybox", "bin/busybox");
            foreach (string applet in new[]
                { "sh", "sleep", "cat", "ls", "env", "id", "httpd", "echo", "true", "false", "wget", "kill", "test",
                "printf" })
                await tar.WriteEntryAsync(
                    new PaxTarEntry(TarEntryType.SymbolicLink, "bin/" + applet) { LinkName = "busybox" });
            foreach (string library in Libraries) await AddLibraryAsync(tar, library);
            await AddFileAsync(tar, "/lib64/ld-linux-x86-64.so.2", "lib64/ld-linux-x86-64.so.2");
        }

        (int code, string output) =
            await DockerAsync("import", "-c", "ENV PATH=/bin LD_LIBRARY_PATH=/lib64", archive, BaseImage);
        Assert.True(code == 0, output);
    }

    private static async Task AddLibraryAsync(TarWriter tar, string name)
    {
        string[] folders = ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu",
            "/usr/lib/aarch64-linux-gnu"];
        string? path = folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (path is not null) await AddFileAsync(tar, path, "lib64/" + name);
    }

    /// <summary>The file itself under the name asked for, whatever links lead to it.</summary>
    private static async Task AddFileAsync(TarWriter tar, string path, string name)
    {
        string real = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        await using FileStream content = File.OpenRead(real);
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name)
        {
            DataStream = content,
            Mode = (UnixFileMode)0b111_101_101,
        });
    }
}
