using Flyball.Base.Resources;
using Flyball.Contracts.Yaml;
using Flyball.Metrics.Api.Status;
using Flyball.Metrics.Hosting;
using Flyball.Metrics.Scraping.Configuration;
using Flyball.Metrics.Scraping.Discovery;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flyball.Metrics.Scraping;

/// <summary>
/// Keeps the engine in step with the configuration file and adds the job of workloads. A file that is broken when it is
/// read again leaves everything as it was.
/// </summary>
internal sealed partial class ScrapeService(
    ScrapeOptions options, ScrapeEngine engine, StoreHost store, IEnumerable<IResourceReader> readers,
    ConfigText config, TimeProvider time, ILogger<ScrapeService> logger) : BackgroundService
{
    /// <summary>The name of the built-in job; one of the same name in the file replaces it.</summary>
    public const string WorkloadJob = "workloads";

    private static readonly TimeSpan StoreInterval = TimeSpan.FromMilliseconds(100);

    // Not disposed: when the host fails to start, nobody waits for a reload before this goes.
    private readonly SemaphoreSlim _reloading = new(1, 1);
    private readonly ScrapeConfigurationFile? _file =
        options.ConfigFile is { } path ? new ScrapeConfigurationFile(path) : null;

    /// <summary>Reads the file again, whether or not it changed; what is wrong with it, or nothing.</summary>
    public async Task<string> ReloadAsync(CancellationToken cancellation)
    {
        await _reloading.WaitAsync(cancellation);
        try
        {
            ScrapeConfiguration configuration = ScrapeConfiguration.Empty;
            if (_file is not null)
            {
                var problems = new YamlProblems(_file.Path);
                ScrapeConfiguration? read = _file.TryRead(problems);
                config.Reloaded(ConfigText.ScrapingPart, read is not null);
                if (read is null)
                {
                    Log.Broken(logger, problems.ToString());
                    return problems.ToString();
                }

                configuration = read;
            }

            foreach (string warning in configuration.Warnings) Log.Warning(logger, warning);
            await engine.ApplyAsync(Jobs(configuration), configuration.Shown);
            return "";
        }
        finally
        {
            _reloading.Release();
        }
    }

    /// <summary>Scrapes end before the store closes.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await engine.DisposeAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // Scraping before the store is open would only lose samples.
            while (store.State == StoreState.Opening) await Task.Delay(StoreInterval, time, stoppingToken);
            await ReloadAsync(stoppingToken);
            while (_file is not null)
            {
                await Task.Delay(options.ConfigInterval, time, stoppingToken);
                if (_file.IsChanged()) await ReloadAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private List<ScrapeJob> Jobs(ScrapeConfiguration configuration)
    {
        List<ScrapeJob> jobs = [.. configuration.Jobs];
        IResourceReader? reader = readers.FirstOrDefault();
        if (reader is null || !options.ScrapesWorkloads || jobs.Exists(job => job.Name == WorkloadJob)) return jobs;
        TimeSpan tenSeconds = TimeSpan.FromSeconds(10);
        jobs.Add(new ScrapeJob
        {
            Name = WorkloadJob,
            Fingerprint = "built in",
            Interval = options.WorkloadInterval,
            Timeout = options.WorkloadInterval < tenSeconds ? options.WorkloadInterval : tenSeconds,
            // Any process may be asked for; one that says no content type most likely speaks the oldest format.
            Fallback = ScrapeProtocol.PrometheusText0_0_4,
            Sources = [new WorkloadSource(reader)],
        });
        return jobs;
    }

    private static partial class Log
    {
        [LoggerMessage(3350, LogLevel.Error, "The scrape configuration is not used, the last one stays:\n{Problems}")]
        public static partial void Broken(ILogger logger, string problems);

        [LoggerMessage(3351, LogLevel.Warning, "{Warning}")]
        public static partial void Warning(ILogger logger, string warning);
    }
}
