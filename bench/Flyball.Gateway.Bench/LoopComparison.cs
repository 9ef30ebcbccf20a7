using System.Diagnostics;

namespace Flyball.Gateway.Bench;

/// <summary>
/// What a second loop is worth: CPU a request with one loop on core 0, and with two loops on both cores. On a machine
/// of two cores, which load and back end share, throughput says nothing; the work for each request says how much two
/// loops would carry on cores of their own.
/// </summary>
internal static class LoopComparison
{
    private const int Rounds = 3;
    private const int Connections = 64;

    public static async Task RunAsync(int seconds)
    {
        string directory = Directory.CreateTempSubdirectory("flyball-proxies-").FullName;
        Process backend = ProxyProcesses.Backend(directory);
        Process one = ProxyProcesses.Flyball(directory, 18_121, fast: true, logs: false);
        Process two = ProxyProcesses.Flyball(directory, 18_122, fast: true, logs: false, cores: "0,1");
        try
        {
            double[] best = [double.MaxValue, double.MaxValue];
            for (int round = 0; round <= Rounds; round++)
            {
                for (int i = 0; i < 2; i++)
                {
                    (Process process, int port) = i == 0 ? (one, 18_121) : (two, 18_122);
                    if (round == 0) await ProxyComparison.UntilServingAsync(port);
                    double before = ProxyComparison.CpuSeconds(process.Id);
                    (long requests, _) = await ProxyComparison.LoadAsync(port, "/", Connections, seconds);
                    double micros = (ProxyComparison.CpuSeconds(process.Id) - before) * 1e6 / requests;
                    if (round == 0) continue;
                    best[i] = Math.Min(best[i], micros);
                    Console.WriteLine($"  round {round}  {i + 1} loop(s) {micros,6:n1} µs CPU a request");
                }
            }

            Console.WriteLine($"  two loops do {2 * best[0] / best[1]:n2} times the work of one, by CPU a request");
        }
        finally
        {
            ProxyProcesses.Stop(one);
            ProxyProcesses.Stop(two);
            ProxyProcesses.Stop(backend);
            Directory.Delete(directory, recursive: true);
        }
    }
}
