namespace Flyball.Metrics.Api.Tests.Peers;

/// <summary>A real Prometheus that takes remote writes and scrapes nothing.</summary>
internal sealed class RealPrometheus : IAsyncDisposable
{
    private readonly PeerProcess process;
    private readonly string directory;

    private RealPrometheus(PeerProcess process, string directory, HttpClient http) =>
        (this.process, this.directory, Http) = (process, directory, http);

    public HttpClient Http { get; }

    /// <param name="config">What its configuration file says.</param>
    /// <param name="more">Further arguments.</param>
    public static async Task<RealPrometheus> StartAsync(string config = "", params IEnumerable<string> more)
    {
        string directory = Directory.CreateTempSubdirectory("flyball-peer-").FullName;
        string file = Path.Combine(directory, "prometheus.yml");
        await File.WriteAllTextAsync(file, config);
        string address = $"127.0.0.1:{PeerProcess.FreePort()}";
        PeerProcess process = PeerProcess.Start(
            PeerProcess.Unpacked("prometheus", "prometheus"),
            ["--config.file=" + file, "--storage.tsdb.path=" + Path.Combine(directory, "data"),
                "--web.listen-address=" + address, "--web.enable-remote-write-receiver", "--log.level=warn", .. more]);
        var http = new HttpClient { BaseAddress = new Uri("http://" + address) };
        await process.ReadyAsync(http, "/-/ready");
        return new RealPrometheus(process, directory, http);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await process.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }
}
