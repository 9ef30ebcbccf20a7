using System.Net;
using Flyball.Gateway.Security.Basic;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Gateway.Tests.Security;

public sealed class PasswordTurnsTests
{
    private static readonly IPAddress One = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Other = IPAddress.Parse("192.0.2.2");

    private readonly FakeTimeProvider time = new(DateTimeOffset.UnixEpoch.AddDays(20_000));

    private static void Guess(PasswordTurns turns, IPAddress client)
    {
        Assert.True(turns.TryBegin(client));
        turns.End(client, isRight: false);
    }

    [Fact]
    public void TryBegin_AClientThatHasATurn_LeavesTheNextToOthers()
    {
        var turns = new PasswordTurns(time, 2);

        Assert.True(turns.TryBegin(One));
        Assert.False(turns.TryBegin(One));
        Assert.False(turns.TryBegin(One.MapToIPv6()));
        Assert.True(turns.TryBegin(Other));
        Assert.False(turns.TryBegin(null));
        turns.End(One, isRight: true);
        Assert.True(turns.TryBegin(One));
    }

    [Fact]
    public void TryBegin_TooManyWrong_WaitsForTheWindowsEnd()
    {
        var turns = new PasswordTurns(time, 2);
        for (int i = 0; i < PasswordTurns.WrongMax; i++) Guess(turns, One);

        Assert.False(turns.TryBegin(One));
        Guess(turns, Other);
        time.Advance(PasswordTurns.Window - TimeSpan.FromTicks(1));
        Assert.False(turns.TryBegin(One));
        time.Advance(TimeSpan.FromTicks(1));
        Guess(turns, One);
    }

    /// <summary>A right password between the guesses must not begin the count anew.</summary>
    [Fact]
    public void TryBegin_RightOnesInBetween_DoNotCountAndDoNotForgive()
    {
        var turns = new PasswordTurns(time, 2);
        for (int i = 0; i < PasswordTurns.WrongMax; i++)
        {
            Guess(turns, One);
            bool more = turns.TryBegin(One);
            Assert.Equal(i < PasswordTurns.WrongMax - 1, more);
            if (more) turns.End(One, isRight: true);
        }
    }

    [Fact]
    public void TryBegin_VeryManyClients_AreForgottenButForThoseWithATurn()
    {
        var turns = new PasswordTurns(time, 2);
        Assert.True(turns.TryBegin(One));
        for (int i = 0; i < 25_000; i++) Guess(turns, new IPAddress(BitConverter.GetBytes(i)));

        Assert.False(turns.TryBegin(One));
        turns.End(One, isRight: false);
    }
}
