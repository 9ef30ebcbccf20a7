using System.Net;
using Flyball.Metrics.Api.Tests.Peers;
using Flyball.Tests.Harness;

namespace Flyball.Tests.Metrics;

/// <summary>Samples that nobody should store, on the real executable: refused by name, the rest is kept.</summary>
public sealed class RefusedSampleTests
{
    [Fact]
    public async Task Write_BombsDuplicatesOldOnesAndWrongClocks_AreRefusedWithTheReasonAndTheRestIsStored()
    {
        await using Platform platform = await Platform.StartAsync();
        long nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        (string, string)[] known = [("__name__", "known")];
        Assert.Equal((HttpStatusCode.NoContent, ""), await SendAsync(platform, new RemoteWriteMessage()
            .Add(known, (nowMs - 60_000, 1), (nowMs, 2))));

        (string Reason, RemoteWriteMessage Message)[] bad =
        [
            ("TooManyLabels", With("bomb", Enumerable.Range(0, 100_000).Select(n => ($"l{n:D6}", "v")), nowMs)),
            ("LabelNameTooLong", With("bomb", [(new string('n', 100_000), "v")], nowMs)),
            ("LabelValueTooLong", With("bomb", [("l", new string('v', 100_000))], nowMs)),
            ("RepeatedLabelName", With("bomb", [("l", "1"), ("l", "2")], nowMs)),
            ("NoMetricName", new RemoteWriteMessage().Add([("kind", "bomb")], (nowMs, 1))),
            ("DuplicateTimestamp", new RemoteWriteMessage().Add(known, (nowMs, 3))),
            ("TooOld", new RemoteWriteMessage().Add(known, (nowMs - 7_200_000, 3))),
            ("TooOld", With("bomb", [], nowMs - 7_200_000)),
            ("TooFarInFuture", With("bomb", [], nowMs + 3_600_000)),
        ];
        for (int index = 0; index < bad.Length; index++)
        {
            (string reason, RemoteWriteMessage message) = bad[index];
            message.Add([("__name__", "good"), ("after", $"{index}")], (nowMs, index));
            (HttpStatusCode status, string text) = await SendAsync(platform, message);
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Matches($@"^1 of 2 samples were refused, the first for {reason}( \(.+\))?: ", text);
            Assert.InRange(text.Length, 1, 2_000);
        }

        // The very same sample again is none too many: senders repeat what was not answered.
        Assert.Equal((HttpStatusCode.NoContent, ""), await SendAsync(platform, new RemoteWriteMessage()
            .Add(known, (nowMs, 2))));
        async Task<string> AskAsync(string query) => await platform.Api.GetStringAsync(
            platform.Metrics($"query?query={Uri.EscapeDataString(query)}&time={(nowMs / 1000) + 1}"));
        Assert.Contains($",\"{bad.Length}\"]", await AskAsync("count(good)"), StringComparison.Ordinal);
        Assert.Contains(",\"2\"]", await AskAsync("count_over_time(known[3h])"), StringComparison.Ordinal);
        Assert.Contains("\"result\":[]", await AskAsync("bomb or {kind=\"bomb\"}"), StringComparison.Ordinal);
    }

    private static RemoteWriteMessage With(string name, IEnumerable<(string, string)> labels, long atMs) =>
        new RemoteWriteMessage().Add([("__name__", name), .. labels], (atMs, 1));

    private static async Task<(HttpStatusCode Status, string Text)> SendAsync(
        Platform platform, RemoteWriteMessage message)
    {
        using HttpResponseMessage answer = await message.PostAsync(platform.Api, platform.Metrics("write"));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
