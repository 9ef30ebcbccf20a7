using System.Net;
using Flyball.Load.Arrivals;
using Flyball.Load.Driving;
using Flyball.Load.Http;
using Flyball.Load.Measuring;

namespace Flyball.Load.Tests.Driving;

/// <summary>Whole runs against servers on loopback.</summary>
public sealed class LoadLoopTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Run_ServerKeepsUp_AnswersExactlyAsManyAsWereDue()
    {
        await using var server = new ScriptedServer(_ => Task.FromResult<string?>(ScriptedServer.Good()));
        var intervals = new List<IntervalCounts>();
        LoadOutcome outcome = await RunAsync(
            Plan(server.Address, RateCurve.Constant(300, 2 * Second)), intervals.Add);
        Assert.Equal((600, 600, 0), (outcome.Due, outcome.Answered, outcome.Failed));
        Assert.Equal(600, outcome.Statuses[200]);
        Assert.Equal(600, server.Requests);
        Assert.Equal(600, outcome.Latency.Count);
        Assert.Equal(600, intervals.Sum(one => one.Due));
        Assert.Equal(600, intervals.Sum(one => one.Answered));
        Assert.True(outcome.Elapsed >= 2 * Second - TimeSpan.FromMilliseconds(5));
    }

    [Fact]
    public async Task Run_ServerStalls_TheStallIsInTheLatencyOfAllWhoWaited()
    {
        // The 100th of 400 requests is answered a second late, and there is one connection.
        await using var server = new ScriptedServer(async number =>
        {
            if (number == 100) await Task.Delay(Second);
            return ScriptedServer.Good();
        });
        LoadOutcome outcome = await RunAsync(Plan(server.Address, RateCurve.Constant(200, 2 * Second)) with
        {
            ConnectionsMax = 1, Objective = TimeSpan.FromMilliseconds(500),
        });
        Assert.Equal((400, 400), (outcome.Due, outcome.Answered));
        // Some 200 became due meanwhile and waited from a second down to nothing.
        Assert.True(outcome.Latency.P90Ms >= 500, outcome.Latency.ToString());
        Assert.InRange(outcome.Slow, 90, 400);
        // Measured from the sending, one request was slow: what a closed loop would have told.
        Assert.True(outcome.Service.P95Ms < outcome.Latency.P95Ms / 2, outcome.Service.ToString());
        Assert.True(outcome.Service.MaxMs >= 990);
    }

    [Fact]
    public async Task Run_EveryStatus_IsCountedByItself()
    {
        await using var server = new ScriptedServer(
            number => Task.FromResult<string?>(
                ScriptedServer.Good(number % 4 == 0 ? 503 : number % 4 == 1 ? 404 : 204)));
        LoadOutcome outcome = await RunAsync(Plan(server.Address, RateCurve.Constant(200, Second)));
        Assert.Equal((200, 200, 100), (outcome.Due, outcome.Answered, outcome.Failed));
        Assert.Equal([(204, 100), (404, 50), (503, 50)], outcome.Statuses.Select(one => (one.Key, (int)one.Value)));
    }

    [Theory]
    [InlineData(404, false)]
    [InlineData(301, true)]
    public async Task Run_EveryRequestAnsweredAlike_HasAGoodAnswerBelow400(int status, bool isGood)
    {
        await using var server = new ScriptedServer(_ => Task.FromResult<string?>(ScriptedServer.Good(status)));
        LoadOutcome outcome = await RunAsync(Plan(server.Address, RateCurve.Constant(50, Second)));
        Assert.Equal(50, outcome.Answered);
        Assert.Equal(isGood, outcome.HasGoodAnswer);
    }

    [Fact]
    public async Task Run_NoAnswerInTime_IsATimeoutWithItsLatency()
    {
        var never = new TaskCompletionSource<string?>();
        await using var server = new ScriptedServer(
            number => number % 2 == 0 ? never.Task : Task.FromResult<string?>(ScriptedServer.Good()));
        LoadOutcome outcome = await RunAsync(Plan(server.Address, RateCurve.Constant(100, Second)) with
        {
            Timeout = TimeSpan.FromMilliseconds(400),
        });
        never.SetResult(null);
        FailureCount timeouts = Assert.Single(outcome.Failures, one => one.Kind == LoadFailure.Timeout);
        Assert.Equal(100, outcome.Due);
        Assert.Equal(outcome.Due, outcome.Answered + outcome.Failures.Sum(one => one.Count));
        Assert.True(timeouts.Count >= 50, outcome.ToString());
        Assert.True(outcome.Latency.P75Ms >= 400);
    }

    [Fact]
    public async Task Run_AllConnectionsBusy_StaysWithinTheBoundAndTimesOutWhoWaits()
    {
        var never = new TaskCompletionSource<string?>();
        await using var server = new ScriptedServer(_ => never.Task);
        var intervals = new List<IntervalCounts>();
        LoadOutcome outcome = await RunAsync(
            Plan(server.Address, RateCurve.Constant(200, Second)) with { ConnectionsMax = 7, Timeout = 3 * Second },
            intervals.Add);
        never.SetResult(null);
        Assert.Equal(7, intervals.Max(one => one.InFlight));
        FailureCount only = Assert.Single(outcome.Failures);
        Assert.Equal((LoadFailure.Timeout, 200), (only.Kind, only.Count));
    }

    [Fact]
    public async Task Run_TooManyWait_AreDroppedAndCounted()
    {
        var never = new TaskCompletionSource<string?>();
        await using var server = new ScriptedServer(_ => never.Task);
        LoadOutcome outcome = await RunAsync(Plan(server.Address, RateCurve.Constant(200, Second)) with
        {
            ConnectionsMax = 1, WaitingMax = 20, Timeout = 3 * Second,
        });
        never.SetResult(null);
        Assert.Equal(200, outcome.Failures.Sum(one => one.Count));
        Assert.Equal(21, outcome.Failures.Single(one => one.Kind == LoadFailure.Timeout).Count);
        Assert.Equal(179, outcome.Failures.Single(one => one.Kind == LoadFailure.Dropped).Count);
    }

    [Fact]
    public async Task Run_NobodyListens_SaysWhy()
    {
        IPEndPoint gone;
        await using (var server = new ScriptedServer(_ => Task.FromResult<string?>(null))) gone = server.Address;
        LoadOutcome outcome = await RunAsync(Plan(gone, RateCurve.Constant(50, Second)));
        FailureCount refused = Assert.Single(outcome.Failures);
        Assert.Equal((LoadFailure.Connect, 50), (refused.Kind, refused.Count));
        Assert.Equal("Connection refused", refused.Message);
    }

    [Fact]
    public async Task Run_ServerClosesKeptConnections_RepeatsWhatChangesNothing()
    {
        // Every third request finds its connection closed before a byte of the answer.
        await using var server = new ScriptedServer(
            number => Task.FromResult(number % 3 == 0 ? null : ScriptedServer.Good()));
        LoadPlan plan = Plan(server.Address, RateCurve.Constant(100, Second)) with { ConnectionsMax = 1 };
        LoadOutcome outcome = await RunAsync(plan);
        Assert.Equal((100, 100, 0), (outcome.Due, outcome.Answered, outcome.Failed));
        Assert.True(outcome.Repeated >= 40, outcome.ToString());

        await using var again = new ScriptedServer(
            number => Task.FromResult(number % 3 == 0 ? null : ScriptedServer.Good()));
        outcome = await RunAsync(plan with { Target = again.Address, Request = Request("POST") });
        Assert.Equal(0, outcome.Repeated);
        Assert.True(outcome.Failures.Single(one => one.Kind == LoadFailure.Closed).Count >= 30);
        Assert.Equal(100, outcome.Answered + outcome.Failed);
    }

    [Fact]
    public async Task Run_AnswersThatAreNoHttp_AreProtocolFailures()
    {
        await using var server = new ScriptedServer(_ => Task.FromResult<string?>("220 mail.example ESMTP\r\n\r\n"));
        LoadOutcome outcome = await RunAsync(Plan(server.Address, RateCurve.Constant(50, Second)));
        Assert.Equal(50, outcome.Failures.Single(one => one.Kind == LoadFailure.Protocol).Count);
    }

    [Fact]
    public async Task Run_Cancelled_CountsTheRestAsUnfinished()
    {
        using var cancellation = new CancellationTokenSource();
        var never = new TaskCompletionSource<string?>();
        await using var server = new ScriptedServer(number =>
        {
            if (number == 20) cancellation.Cancel();
            return never.Task;
        });
        LoadOutcome outcome = await RunAsync(
            Plan(server.Address, RateCurve.Constant(100, TimeSpan.FromHours(1))) with
            {
                Timeout = TimeSpan.FromHours(1),
            },
            cancellation: cancellation.Token);
        never.SetResult(null);
        Assert.Equal(outcome.Due, outcome.Failures.Single().Count);
        Assert.Equal(LoadFailure.Unfinished, outcome.Failures.Single().Kind);
        Assert.True(outcome.Due >= 20);
    }

    [Fact]
    public async Task Run_LargeBodyBothWays_IsSentAndReceivedWhole()
    {
        string big = new('x', 300_000);
        await using var server = new ScriptedServer(
            _ => Task.FromResult<string?>($"HTTP/1.1 200 OK\r\nContent-Length: {big.Length}\r\n\r\n{big}"));
        LoadOutcome outcome = await RunAsync(Plan(server.Address, RateCurve.Constant(20, Second)));
        Assert.Equal((20, 0), (outcome.Answered, outcome.Failed));
        Assert.True(outcome.ReceivedBytes > 20 * 300_000);
    }

    private static LoadPlan Plan(IPEndPoint target, RateCurve curve) => new()
    {
        Target = target, Request = Request("GET"), Curve = curve, Interval = TimeSpan.FromMilliseconds(250),
    };

    private static RequestTemplate Request(string method) =>
        RequestTemplate.Create(new Uri("http://test.localhost/x?y=1"), method, [], null);

    private static Task<LoadOutcome> RunAsync(
        LoadPlan plan, Action<IntervalCounts>? ended = null, CancellationToken cancellation = default) =>
        Task.Factory.StartNew(
            () =>
            {
                var recorder = new LoadRecorder(plan.Interval, plan.Objective);
                new LoadLoop(plan, recorder).Run(ended ?? (_ => { }), cancellation);
                return recorder.Outcome();
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
