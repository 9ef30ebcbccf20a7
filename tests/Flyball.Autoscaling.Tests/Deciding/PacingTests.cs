using Flyball.Autoscaling.Deciding;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Tests.Deciding;

/// <summary>Windows and limits as Kubernetes documents them.</summary>
public sealed class PacingTests
{
    [Fact]
    public void Window_Down_FollowsTheHighestOfTheWindow()
    {
        var stabiliser = new Stabiliser(1, 4);
        Assert.Equal(10, stabiliser.Push(10, 10));
        Assert.Equal(10, stabiliser.Push(4, 10));
        Assert.Equal(10, stabiliser.Push(6, 10));
        Assert.Equal(10, stabiliser.Push(3, 10));
        // The ten has left the window; of 4, 6, 3, 2 the highest counts.
        Assert.Equal(6, stabiliser.Push(2, 10));
    }

    [Fact]
    public void Window_Up_FollowsTheLowestOfTheWindow()
    {
        var stabiliser = new Stabiliser(3, 1);
        Assert.Equal(2, stabiliser.Push(2, 2));
        Assert.Equal(2, stabiliser.Push(9, 2));
        Assert.Equal(2, stabiliser.Push(7, 2));
        Assert.Equal(7, stabiliser.Push(8, 2));
    }

    [Fact]
    public void Window_None_FollowsAtOnce()
    {
        var stabiliser = new Stabiliser(0, 0);
        Assert.Equal(9, stabiliser.Push(9, 2));
        Assert.Equal(1, stabiliser.Push(1, 9));
    }

    [Fact]
    public void Limits_DefaultUp_DoublesOrAddsFourWhicheverIsMore()
    {
        var limiter = new RateLimiter(ScaleBehaviour.DefaultUp, ScaleBehaviour.DefaultDown);
        Assert.Equal(5, limiter.Limit(1, 100, 0));
        limiter.Record(4, 0);
        // Within the same period the four are counted already.
        Assert.Equal(5, limiter.Limit(5, 100, 14_000));
        Assert.Equal(10, limiter.Limit(5, 100, 15_000));
    }

    [Fact]
    public void Limits_Down_AsInKubernetesExample()
    {
        // 80 replicas, wanted 10, at most 10 % or 4 a minute: 8 (10 %), 8 (7.2 rounded up), and 4 from 40 on.
        var down = new ScaleBehaviour
        {
            Limits =
            [
                new ScaleLimit { Replicas = 4, Period = TimeSpan.FromMinutes(1) },
                new ScaleLimit { Percent = 0.1, Period = TimeSpan.FromMinutes(1) },
            ],
        };
        var limiter = new RateLimiter(ScaleBehaviour.DefaultUp, down);
        List<int> steps = [];
        int current = 80;
        for (long at = 0; current > 10 && steps.Count < 50; at += 60_000)
        {
            int next = limiter.Limit(current, 10, at);
            limiter.Record(next - current, at);
            steps.Add(next);
            current = next;
        }
        Assert.Equal([72, 64, 57, 51, 45, 40, 36, 32, 28, 24, 20, 16, 12, 10], steps);
    }

    [Theory]
    [InlineData(ScaleChoice.Min, 12)]
    [InlineData(ScaleChoice.Max, 20)]
    [InlineData(ScaleChoice.None, 10)]
    public void Limits_Select_ChoosesAmongThem(ScaleChoice select, int allowed)
    {
        var up = new ScaleBehaviour
        {
            Select = select,
            Limits =
            [
                new ScaleLimit { Replicas = 2, Period = TimeSpan.FromMinutes(1) },
                new ScaleLimit { Percent = 1, Period = TimeSpan.FromMinutes(1) },
            ],
        };
        Assert.Equal(allowed, new RateLimiter(up, ScaleBehaviour.DefaultDown).Limit(10, 50, 0));
    }

    [Fact]
    public void Limits_WhatWasRemoved_MayBeAddedAgain()
    {
        var up = new ScaleBehaviour { Limits = [new ScaleLimit { Replicas = 1, Period = TimeSpan.FromMinutes(1) }] };
        var limiter = new RateLimiter(up, ScaleBehaviour.DefaultDown);
        limiter.Record(-5, 0);
        // The period began with ten: up to eleven is within one a minute.
        Assert.Equal(11, limiter.Limit(5, 50, 30_000));
    }

    [Fact]
    public void Limits_NeverTurnTheDirection()
    {
        var limiter = new RateLimiter(ScaleBehaviour.DefaultUp, ScaleBehaviour.DefaultDown);
        limiter.Record(50, 0);
        // The period began far below: no more is allowed, but nothing is taken away either.
        Assert.Equal(60, limiter.Limit(60, 70, 1_000));
    }
}
