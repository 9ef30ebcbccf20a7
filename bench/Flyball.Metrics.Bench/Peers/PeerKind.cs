namespace Flyball.Metrics.Bench.Peers;

/// <summary>A time-series server that can be started, written to and asked; all speak Prometheus' API.</summary>
/// <param name="Name">As tables show it.</param>
/// <param name="Executable">The program.</param>
/// <param name="Arguments">Its arguments, from its folder, a free port, and another.</param>
/// <param name="BackDated">Further arguments for samples that are hours old when they are written.</param>
internal sealed record PeerKind(
    string Name, string Executable, Func<string, int, int, string[]> Arguments, string[] BackDated)
{
    /// <summary>Paths of the programs: what <c>build/publish.sh</c> and <c>build/unpack-peers.sh</c> made.</summary>
    public static IReadOnlyList<PeerKind> All(string artifacts) =>
    [
        new(
            "Flyball", Path.Combine(artifacts, "flyball/flyball"),
            (folder, port, other) =>
            [
                "server", "--data", folder, "--api-listen", $"127.0.0.1:{port}", "--control-listen",
                $"127.0.0.1:{other}",
            ],
            ["--metrics-out-of-order", "27h"]),
        new(
            "Prometheus", Path.Combine(artifacts, "peers/prometheus/usr/bin/prometheus"),
            (folder, port, _) =>
            [
                $"--config.file={Configuration(folder)}", $"--storage.tsdb.path={folder}/data",
                $"--web.listen-address=127.0.0.1:{port}", "--web.enable-remote-write-receiver", "--log.level=warn",
                "--query.max-samples=200000000",
            ],
            []),
        new(
            "VictoriaMetrics", Path.Combine(artifacts, "peers/victoria-metrics/usr/bin/victoria-metrics"),
            // Neither of the others caches answers, or hides the newest samples.
            (folder, port, _) =>
            [
                $"-storageDataPath={folder}/data", $"-httpListenAddr=127.0.0.1:{port}", "-retentionPeriod=1y",
                "-loggerLevel=WARN", "-search.disableCache", "-search.latencyOffset=0s",
                "-search.maxUniqueTimeseries=3000000", "-search.maxQueryDuration=5m",
            ],
            []),
    ];

    /// <summary>An empty configuration: nothing scrapes, nothing else writes.</summary>
    private static string Configuration(string folder)
    {
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, "prometheus.yml");
        File.WriteAllText(file, "global: {}\n");
        return file;
    }
}
