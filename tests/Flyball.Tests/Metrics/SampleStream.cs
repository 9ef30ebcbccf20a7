using System.Globalization;
using System.Net;
using System.Text.Json;
using Flyball.Metrics.Api.Tests.Peers;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Metrics;

/// <summary>
/// Senders of remote write that each go on only when the step before was acknowledged, and repeat it otherwise, as
/// Prometheus does. The value tells the step, so what is stored can be compared with what was sent.
/// </summary>
internal sealed class SampleStream(Platform platform)
{
    private const int Senders = 4;
    private const int SeriesPerSender = 5;
    private const int StepMs = 10;

    private readonly long startMs = DateTimeOffset.UtcNow.AddMinutes(-20).ToUnixTimeMilliseconds();
    private readonly int[] acknowledged = new int[Senders];

    /// <summary>Steps that all senders have been acknowledged.</summary>
    public int Steps => acknowledged.Min();

    /// <summary>
    /// Each sender that is not ahead of the others sends its next step; the answers that were no acknowledgement, 0 for
    /// a connection that broke.
    /// </summary>
    public async Task<HttpStatusCode[]> SendAsync()
    {
        int step = Steps;
        HttpStatusCode[] answers = await Task.WhenAll(
            Enumerable.Range(0, Senders).Where(sender => acknowledged[sender] == step).Select(SendOneAsync));
        return [.. answers.Where(answer => answer != HttpStatusCode.NoContent)];
    }

    /// <summary>Sends so many steps, or until one is not acknowledged.</summary>
    public async Task<HttpStatusCode[]> SendAsync(int steps)
    {
        HttpStatusCode[] refusals = [];
        for (int step = 0; step < steps && refusals.Length == 0; step++) refusals = await SendAsync();
        return refusals;
    }

    /// <summary>
    /// Each step that was acknowledged is stored once, in its order; beyond, at most the one that was on its way.
    /// </summary>
    public async Task VerifyAsync()
    {
        long endMs = startMs + ((acknowledged.Max() + 2L) * StepMs);
        string time = (endMs / 1000.0).ToString("F3", CultureInfo.InvariantCulture);
        using JsonDocument answer = JsonDocument.Parse(await platform.Api.GetStringAsync(
            platform.Metrics($"query?query=stream[1h]&time={time}")));
        JsonElement[] rows = [.. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()];
        Assert.Equal(Senders * SeriesPerSender, rows.Length);
        foreach (JsonElement row in rows) Verify(row);
    }

    private void Verify(JsonElement row)
    {
        int sender = Number(row.GetProperty("metric").GetProperty("sender"));
        int series = Number(row.GetProperty("metric").GetProperty("series"));
        JsonElement[] samples = [.. row.GetProperty("values").EnumerateArray()];
        Assert.InRange(samples.Length, acknowledged[sender], acknowledged[sender] + 1);
        for (int step = 0; step < samples.Length; step++)
        {
            long atMs = (long)Math.Round(samples[step][0].GetDouble() * 1000);
            double value = double.Parse(samples[step][1].GetString()!, CultureInfo.InvariantCulture);
            if (atMs != startMs + (step * (long)StepMs) || value != Value(series, step))
                Assert.Fail($"Sender {sender}, series {series}: sample {step} is {value} at {atMs - startMs} ms.");
        }
    }

    private async Task<HttpStatusCode> SendOneAsync(int sender)
    {
        var message = new RemoteWriteMessage();
        int step = acknowledged[sender];
        for (int series = 0; series < SeriesPerSender; series++)
        {
            message.Add(
                [("__name__", "stream"), ("sender", Text(sender)), ("series", Text(series))],
                (startMs + (step * (long)StepMs), Value(series, step)));
        }

        try
        {
            using HttpResponseMessage answer = await message.PostAsync(platform.Api, platform.Metrics("write"));
            if (answer.StatusCode == HttpStatusCode.NoContent) acknowledged[sender]++;
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    private static double Value(int series, int step) => (step * (series + 1)) + (series * 0.25);

    private static int Number(JsonElement text) => int.Parse(text.GetString()!, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
