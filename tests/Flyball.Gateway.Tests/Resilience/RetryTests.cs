using System.Text;
using CsCheck;
using Flyball.Gateway.Health;
using Flyball.Gateway.Resilience;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Gateway.Tests.Resilience;

public sealed class RetryTests
{
    private readonly FakeTimeProvider time = new();

    private static readonly FailedTry Failed = new(AttemptOutcome.NoAnswer, true, false, true, 0, 2);

    private RetryBudget Budget(int tokens = 1000, double perSecond = 3) =>
        new(new RetryBudgetOptions { TokensMax = tokens, PerSecondMin = perSecond }, time);

    private static RetryBudget Emptied(RetryBudget budget)
    {
        while (budget.TryWithdraw())
        {
        }

        return budget;
    }

    [Fact]
    public void Budget_Requests_EarnAFifthEach()
    {
        RetryBudget budget = Emptied(Budget());
        for (int i = 0; i < 100; i++) budget.Deposit();
        int retries = 0;
        while (budget.TryWithdraw()) retries++;
        Assert.Equal(20, retries);
    }

    [Fact]
    public void Budget_Time_EarnsTheMinimum()
    {
        RetryBudget budget = Emptied(Budget());
        time.Advance(TimeSpan.FromSeconds(2));
        int retries = 0;
        while (budget.TryWithdraw()) retries++;
        Assert.Equal(6, retries);
    }

    [Fact]
    public void Budget_NeverHoldsMoreThanItsBound()
    {
        RetryBudget budget = Budget(tokens: 10);
        for (int i = 0; i < 1000; i++) budget.Deposit();
        time.Advance(TimeSpan.FromHours(1));
        int retries = 0;
        while (budget.TryWithdraw()) retries++;
        Assert.InRange(retries, 10, 11);
    }

    /// <summary>However requests, time and retries follow one another, retries stay under what was earned.</summary>
    [Fact]
    public void Budget_AnyHistory_RetriesStayWithinTheShare() =>
        Gen.Int[0, 2].Array[1, 400].Sample(steps =>
        {
            var clock = new FakeTimeProvider();
            var budget = new RetryBudget(new RetryBudgetOptions(), clock);
            double earned = 30;
            int retries = 0;
            foreach (int step in steps)
            {
                if (step == 0)
                {
                    budget.Deposit();
                    earned += 0.2;
                }
                else if (step == 1)
                {
                    clock.Advance(TimeSpan.FromMilliseconds(100));
                    earned += 0.3;
                }
                else if (budget.TryWithdraw())
                {
                    retries++;
                }

                Assert.True(retries <= earned + 1e-6);
            }
        });

    [Fact]
    public void Decide_NoAnswerToAnIdempotentRequest_Retries() =>
        Assert.Equal(RetryVerdict.Retry, RetryPolicy.Decide(Failed, Budget()));

    [Theory]
    [InlineData(nameof(AttemptOutcome.Answered))]
    [InlineData(nameof(AttemptOutcome.ServerError))]
    [InlineData(nameof(AttemptOutcome.TimedOut))]
    [InlineData(nameof(AttemptOutcome.ClientGone))]
    [InlineData(nameof(AttemptOutcome.ClientFault))]
    [InlineData(nameof(AttemptOutcome.Stopping))]
    public void Decide_AnswersTimeoutsAndClients_AreNotRetried(string outcome) =>
        Assert.Equal(RetryVerdict.NotRetryable,
            RetryPolicy.Decide(Failed with { Outcome = Enum.Parse<AttemptOutcome>(outcome) }, Budget()));

    [Fact]
    public void Decide_EachObstacle_IsNamed()
    {
        Assert.Equal(RetryVerdict.ResponseStarted,
            RetryPolicy.Decide(Failed with { ResponseStarted = true }, Budget()));
        Assert.Equal(RetryVerdict.NotIdempotent, RetryPolicy.Decide(Failed with { IsIdempotent = false }, Budget()));
        Assert.Equal(RetryVerdict.BodyGone, RetryPolicy.Decide(Failed with { BodyReplayable = false }, Budget()));
        Assert.Equal(RetryVerdict.TriesUsedUp, RetryPolicy.Decide(Failed with { RetriesMade = 2 }, Budget()));
        Assert.Equal(RetryVerdict.BudgetUsedUp, RetryPolicy.Decide(Failed, Emptied(Budget())));
    }

    [Theory]
    [InlineData(nameof(AttemptOutcome.Refused))]
    [InlineData(nameof(AttemptOutcome.Unreachable))]
    public void Decide_NeverConnected_RetriesAnyMethod(string outcome) =>
        Assert.Equal(RetryVerdict.Retry, RetryPolicy.Decide(
            Failed with { Outcome = Enum.Parse<AttemptOutcome>(outcome), IsIdempotent = false }, Budget()));

    [Fact]
    public void Decide_Refused_IsNotChargedToTheBudget() =>
        Assert.Equal(RetryVerdict.Retry,
            RetryPolicy.Decide(Failed with { Outcome = AttemptOutcome.Refused }, Emptied(Budget())));

    [Theory]
    [InlineData("GET", true)]
    [InlineData("HEAD", true)]
    [InlineData("OPTIONS", true)]
    [InlineData("PUT", true)]
    [InlineData("DELETE", true)]
    [InlineData("TRACE", true)]
    [InlineData("POST", false)]
    [InlineData("PATCH", false)]
    [InlineData("CONNECT", false)]
    [InlineData("PROPFIND", false)]
    public void IsIdempotent_EachMethod_AsTheStandardSays(string method, bool expected) =>
        Assert.Equal(expected, RetryPolicy.IsIdempotent(method));

    [Fact]
    public void ReplayBody_ReadInAnyPieces_RepeatsExactlyWhatWasRead() =>
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Int[1, 64].Array[1, 20]).Sample((bytes, sizes) =>
        {
            using var body = new ReplayBody(new MemoryStream(bytes), 200, () => { });
            int read = Read(body, sizes, bytes.Length, out byte[] first);
            Assert.Equal(bytes[..read], first);
            Assert.Equal(read <= 200, body.CanRewind);
            if (!body.CanRewind) return;
            body.Rewind();
            using var again = new MemoryStream();
            body.CopyToAsync(again).GetAwaiter().GetResult();
            Assert.Equal(bytes, again.ToArray());
            body.Release();
        });

    [Fact]
    public async Task ReplayBody_NothingKept_CanRewindOnlyWhileUnread()
    {
        await using var body = new ReplayBody(new MemoryStream(Encoding.ASCII.GetBytes("x")), 0, () => { });
        Assert.True(body.CanRewind);
        Assert.Equal(1, await body.ReadAsync(new byte[10], TestContext.Current.CancellationToken));
        Assert.False(body.CanRewind);
        Assert.Throws<InvalidOperationException>(body.Rewind);
    }

    private static int Read(ReplayBody body, int[] sizes, int length, out byte[] bytes)
    {
        using var seen = new MemoryStream();
        foreach (int size in sizes)
        {
            byte[] buffer = new byte[size];
            int read = body.ReadAsync(buffer).AsTask().GetAwaiter().GetResult();
            seen.Write(buffer, 0, read);
            if (seen.Length == length) break;
        }

        bytes = seen.ToArray();
        return bytes.Length;
    }
}
