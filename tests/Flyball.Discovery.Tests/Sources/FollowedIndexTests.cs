using Flyball.Discovery.Sources;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Discovery.Tests.Sources;

/// <summary>How fast a catalogue is asked that does not wait.</summary>
public sealed class FollowedIndexTests
{
    private readonly FakeTimeProvider time = new();
    private readonly FollowedIndex index;

    public FollowedIndexTests() => index = new FollowedIndex(time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answered_Newer_AsksOnAtOnce()
    {
        Assert.Equal(0ul, index.Ask());
        Assert.True(index.AnsweredAsync(5, Cancellation).IsCompleted);
        Assert.Equal(5ul, index.Ask());
        await index.AnsweredAsync(6, Cancellation);
        Assert.Equal(6ul, index.Value);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(7, 7)]
    [InlineData(7, 3)]
    public async Task Answered_AtOnceWithNothingNewer_AsksOnAfterASecond(ulong before, ulong at)
    {
        index.Ask();
        if (before > 0) await index.AnsweredAsync(before, Cancellation);
        index.Ask();
        time.Advance(TimeSpan.FromMilliseconds(400));
        Task next = index.AnsweredAsync(at, Cancellation);
        time.Advance(TimeSpan.FromMilliseconds(599));
        Assert.False(next.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await next;
        Assert.Equal(at < before ? 0 : at, index.Value);
    }

    [Fact]
    public void Answered_AfterItsWait_AsksOnAtOnce()
    {
        index.Ask();
        time.Advance(FollowedIndex.Pace);
        Assert.True(index.AnsweredAsync(0, Cancellation).IsCompleted);
    }
}
