using System.Diagnostics;
using System.Globalization;
using HdrHistogram;

namespace Flyball.Benchmarks.Discovery;

/// <summary>
/// Discovery at the size of its targets, against the real executable: <c>discovery EXECUTABLE [SERVICES]
/// [CHANGES/S] [STREAMS] [GATEWAYS]</c>.
/// A service has ten endpoints and one watcher each; a change is told to the one watcher whom it concerns, and to the
/// gateways among the gRPC watches.
/// </summary>
internal static class DiscoveryBenchmark
{
    private const int EndpointsPerService = 10;
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(20);

    /// <summary>In which the server gives memory back.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(string[] arguments)
    {
        string executable = arguments[0];
        int services = Number(arguments, 1, 10_000);
        int rate = Number(arguments, 2, 1_000);
        int gateways = Number(arguments, 4, 10);
        int quiet = Math.Max(0, Number(arguments, 3, 1_000) - gateways);
        await using ServerProcess server = await ServerProcess.StartAsync(executable);
        Console.WriteLine($"load average {await File.ReadAllTextAsync("/proc/loadavg")}".TrimEnd());
        await server.ReportAsync("empty");
        using var registrations = new Registrations(server.Consul);
        await FillAsync(server, registrations, services);
        await DnsRun.RunAsync(server, services);
        await using var watchers = new Watchers(server.Consul, services);
        double cpu = server.CpuSeconds;
        await watchers.OpenAsync();
        Console.WriteLine($"a query asked and waiting: {Micros(server, cpu, services):N0} µs of the server's CPU");
        await server.ReportAsync($"{services:N0} blocking queries open");
        await using var streams = new StoreWatches(server);
        await streams.OpenAsync(quiet, gateways, services);
        await server.ReportAsync($"{quiet + gateways:N0} gRPC watches open, {gateways} of them gateways'");
        await Task.Delay(Rest);
        await server.ReportAsync("after half a minute's rest");
        await ChangeAsync(server, registrations, watchers, streams, rate);
        await server.ReportAsync("after the changes");
        Console.WriteLine($"load average {await File.ReadAllTextAsync("/proc/loadavg")}".TrimEnd());
    }

    private static async Task FillAsync(ServerProcess server, Registrations registrations, int services)
    {
        int endpoints = services * EndpointsPerService;
        double cpu = server.CpuSeconds;
        var clock = Stopwatch.StartNew();
        await registrations.FillAsync(services, EndpointsPerService);
        Console.WriteLine(
            $"{endpoints:N0} endpoints registered in {clock.Elapsed.TotalSeconds:N1} s, "
            + $"{endpoints / clock.Elapsed.TotalSeconds:N0}/s, {Micros(server, cpu, endpoints):N0} µs of the server's "
            + "CPU each");
        await server.ReportAsync($"{endpoints:N0} endpoints");
    }

    private static async Task ChangeAsync(
        ServerProcess server, Registrations registrations, Watchers watchers, StoreWatches streams, int rate)
    {
        watchers.Reset();
        streams.Reset();
        double cpu = server.CpuSeconds;
        var clock = Stopwatch.StartNew();
        var sent = new List<Task>();
        int made = 0;
        while (clock.Elapsed < Measured)
        {
            // Open loop: what is due is sent, whether or not the last was answered.
            for (; made < clock.Elapsed.TotalSeconds * rate; made++)
            {
                // Each in turn, so that an answer belongs to one change.
                sent.Add(registrations.ChangeAsync(made % watchers.Count, (made % 50_000) + 1, watchers, streams));
            }

            await Task.Delay(1);
        }

        await Task.WhenAll(sent);
        await Task.Delay(1_000);
        double cores = (server.CpuSeconds - cpu) / clock.Elapsed.TotalSeconds;
        Console.WriteLine(
            $"{made / Measured.TotalSeconds:N0} changes/s: change -> answered {Text(watchers.Latency)}; "
            + $"{watchers.Answers:N0} answers, {watchers.NotConcerned:N0} not concerned; server {cores:N2} cores, "
            + $"{Micros(server, cpu, made):N0} µs of CPU a change");
        Console.WriteLine(
            $"change -> gateways {Text(streams.Latency)}; {streams.Told.Changes:N0} changes in "
            + $"{streams.Told.Batches:N0} messages; {streams.NotConcerned:N0} to streams that do not want them");
    }

    private static int Number(string[] arguments, int at, int usual) =>
        arguments.Length > at ? int.Parse(arguments[at], CultureInfo.InvariantCulture) : usual;

    private static double Micros(ServerProcess server, double cpuBefore, int count) =>
        (server.CpuSeconds - cpuBefore) * 1e6 / count;

    private static string Text(LongHistogram latency) =>
        latency.TotalCount == 0 ? "none"
            : $"p50 {Ms(latency, 50):N1}, p99 {Ms(latency, 99):N1}, max {Ms(latency, 100):N1} ms";

    private static double Ms(LongHistogram histogram, double percentile) =>
        histogram.GetValueAtPercentile(percentile) / 1_000.0;
}
