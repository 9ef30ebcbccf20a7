using Flyball.Metrics.Hosting;
using Flyball.Metrics.Storage.Labelling;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flyball.Metrics.Pushgateway;

/// <summary>Turns what was pushed into samples at an interval, as if a Pushgateway were scraped.</summary>
internal sealed partial class PushService(
    MetricsOptions options, PushStore pushed, SampleIntake intake, TimeProvider time, ILogger<PushService> logger)
    : BackgroundService
{
    /// <summary>Stores the samples of this moment.</summary>
    public async Task SampleAsync()
    {
        using IntakeTicket? ticket = intake.TryEnter(out _);
        // While the store opens there is nobody to give them to; the next round will.
        if (ticket is null) return;
        long nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        ticket.Batch.Clear(LabelForm.Plain);
        pushed.AddSamples(ticket.Batch, nowMs);
        if (ticket.Batch.SeriesCount == 0) return;
        await ticket.AppendAsync();
        if (ticket.Report.Refused > 0)
            Log.Refused(logger, Intake.IntakeAnswers.DescribeRefused(ticket));
    }

    /// <summary>
    /// Earlier pushes are there before the doors open: a new push must not be overwritten by an old one.
    /// </summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            pushed.Load();
        }
        catch (IOException e)
        {
            Log.NotRead(logger, e.Message);
        }

        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.PushInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await SampleAsync();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3362, LogLevel.Warning, "Pushed samples are refused: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);

        [LoggerMessage(3363, LogLevel.Error, "What was pushed earlier cannot be read: {Reason}")]
        public static partial void NotRead(ILogger logger, string reason);
    }
}
