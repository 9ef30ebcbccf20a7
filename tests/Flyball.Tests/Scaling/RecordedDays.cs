using System.Globalization;
using Flyball.Metrics.Api.Tests.Peers;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Scaling;

/// <summary>
/// Days of a recorded load, each compressed to the same short time: some to be in the metrics as if they had just been,
/// and the one after them to be driven.
/// </summary>
/// <param name="file">CSV of values a minute.</param>
/// <param name="firstDay">The first of the days that went before.</param>
/// <param name="daysBefore">How many.</param>
/// <param name="peakPerSecond">The rate of the highest minute of the day to be driven.</param>
/// <param name="dayLength">What a day is compressed to.</param>
internal sealed class RecordedDays(
    string file, int firstDay, int daysBefore, double peakPerSecond, TimeSpan dayLength)
{
    private const int MinutesPerDay = 1440;

    private readonly double[] minutes =
        [.. File.ReadLines(file).Skip(1)
            .Select(line => double.Parse(line.Split(',')[1], CultureInfo.InvariantCulture))];

    /// <summary>Where the real series are, or null.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>What <c>flyball load</c> needs to drive the day.</summary>
    public string[] LoadArguments =>
    [
        "--shape", file, "--skip", $"{firstDay + daysBefore}d", "--take", "1d", "--over",
        FormattableString.Invariant($"{dayLength.TotalSeconds}s"), "--peak",
        FormattableString.Invariant($"{peakPerSecond}/s"),
    ];

    /// <summary>
    /// Writes the days before into the metrics, as the request counter of a gateway that has just gone: a sample a
    /// second until now. Requests come at random, as they will: a forecast that knew only smooth days would be sure of
    /// too much.
    /// </summary>
    public async Task BackfillAsync(Platform platform, params string[] upstreams)
    {
        long nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000 * 1000;
        int seconds = (int)(daysBefore * dayLength.TotalSeconds);
        double scale = peakPerSecond / Day(firstDay + daysBefore).Max();
        var samples = new List<(long AtMs, double Value)>();
        double total = 0;
        var random = new Random(11);
        for (int i = 0; i <= seconds; i++)
        {
            samples.Add((nowMs - (seconds - i) * 1000L, total));
            double place = firstDay * MinutesPerDay + (i / dayLength.TotalSeconds * MinutesPerDay);
            total += Poisson(random, minutes[(int)place] * scale);
        }

        foreach (string upstream in upstreams)
            await new RemoteWriteMessage().Add(
                [
                    ("__name__", "flyball_gateway_requests_total"), ("instance", "recorded"), ("job", "flyball"),
                    ("role", "gateway"), ("route", upstream + ".0"), ("status", "2xx"), ("upstream", upstream),
                ],
                samples).SendAsync(platform.Api);
    }

    private static int Poisson(Random random, double mean)
    {
        int count = 0;
        for (double left = mean; (left += Math.Log(1 - random.NextDouble())) > 0;) count++;
        return count;
    }

    private double[] Day(int day) => minutes[(day * MinutesPerDay)..((day + 1) * MinutesPerDay)];

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("FLYBALL_TRACES") is { Length: > 0 } named) return named;
        for (DirectoryInfo? at = new(Executables.Root); at is not null; at = at.Parent)
        {
            string candidate = Path.Combine(at.FullName, "shared", "traces");
            if (File.Exists(Path.Combine(candidate, "protocol.py"))) return candidate;
        }

        return null;
    }
}
