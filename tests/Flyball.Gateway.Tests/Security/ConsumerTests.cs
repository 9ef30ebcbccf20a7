using System.Text;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Security.Basic;
using Flyball.Gateway.Security.Keys;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Gateway.Tests.Security;

public sealed class ConsumerTests
{
    private readonly FakeTimeProvider time = new(DateTimeOffset.UnixEpoch.AddDays(20_000));

    private static ConsumerKey Stored(string key, long? ends = null) => new()
    {
        Hash = ApiKey.Hash(key), Hint = ApiKey.Hint(key), CreatedUnixMs = 1, EndsUnixMs = ends,
    };

    private static ConsumerTable Table(params (string Name, Consumer Consumer)[] consumers) => ConsumerTable.Of(
        ResourceSnapshot.From(
            consumers.Select(one => new StoredResource(
                Kinds.Consumer.Key(one.Name), new Revision(1), Kinds.Consumer.Encode(one.Consumer))),
            new Revision(1)));

    [Fact]
    public void FindKey_AKey_IsItsConsumer()
    {
        string alice = ApiKey.Create();
        string bob = ApiKey.Create();
        ConsumerTable table = Table(
            ("alice", new Consumer { CreatedUnixMs = 1, Keys = [Stored(alice)], Groups = ["gold"] }),
            ("bob", new Consumer { CreatedUnixMs = 1, Keys = [Stored(bob)] }));

        Assert.Equal("alice", table.FindKey(alice, time.GetUtcNow())!.Identity.Name);
        Assert.Equal("bob", table.FindKey(bob, time.GetUtcNow())!.Identity.Name);
        Assert.Null(table.FindKey(alice[..^1], time.GetUtcNow()));
        Assert.Null(table.FindKey("", time.GetUtcNow()));
        Assert.Null(table.FindKey(new string('x', 100_000), time.GetUtcNow()));
        Assert.True(table.Find("alice")!.IsAmong(new HashSet<string> { "@gold" }));
        Assert.False(table.Find("bob")!.IsAmong(new HashSet<string> { "@gold", "alice" }));
        Assert.True(table.Find("bob")!.IsAmong(null));
    }

    [Fact]
    public void FindKey_ThatEnds_IsRefusedFromThenOn()
    {
        string key = ApiKey.Create();
        long ends = time.GetUtcNow().AddSeconds(10).ToUnixTimeMilliseconds();
        ConsumerTable table = Table(("alice", new Consumer { CreatedUnixMs = 1, Keys = [Stored(key, ends)] }));

        Assert.NotNull(table.FindKey(key, time.GetUtcNow()));
        Assert.NotNull(table.FindKey(key, time.GetUtcNow().AddSeconds(9.999)));
        Assert.Null(table.FindKey(key, time.GetUtcNow().AddSeconds(10)));
    }

    [Fact]
    public void Stored_Consumer_HoldsNoSecret()
    {
        string key = ApiKey.Create();
        string json = Encoding.UTF8.GetString(Kinds.Consumer.Encode(new Consumer
        {
            CreatedUnixMs = 1, Keys = [Stored(key)], PasswordHash = PasswordHash.Create("correct horse", 1_000),
        }));

        Assert.DoesNotContain(key, json, StringComparison.Ordinal);
        Assert.DoesNotContain("correct horse", json, StringComparison.Ordinal);
        Assert.Contains(key[..12], json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("YWxpY2U6c2VjcmV0", "alice", "secret")]
    [InlineData("YWxpY2U6YTpi", "alice", "a:b")]
    [InlineData("Og==", "", "")]
    [InlineData("YWxpY2U=", null, null)]
    [InlineData("YWxpY2U6c2VjcmV0=", null, null)]
    [InlineData("YWxpY2U6c2VjcmV0 ", null, null)]
    [InlineData("***", null, null)]
    [InlineData("YQA6Yg==", null, null)]
    [InlineData("", null, null)]
    public void Basic_Credentials_AreReadStrictly(string value, string? name, string? password)
    {
        BasicCredentials? read = BasicCredentials.Parse(Encoding.ASCII.GetBytes(value));

        Assert.Equal(name, read?.Name);
        Assert.Equal(password, read?.Password);
    }

    [Fact]
    public void Password_AnyOther_IsNotIt()
    {
        string stored = PasswordHash.Create("päss", 1_000);

        Assert.True(PasswordHash.Verify(stored, "päss"));
        Assert.False(PasswordHash.Verify(stored, "pass"));
        Assert.NotEqual(stored, PasswordHash.Create("päss", 1_000));
        foreach (string bad in new[] { "", "x", "pbkdf2-sha256$0$AA==$AA==", "pbkdf2-sha256$9$*$*", "md5$1$AA==$AA==" })
            Assert.False(PasswordHash.Verify(bad, "päss"));
    }

    [Fact]
    public void Check_Passwords_TakesTheChosenOneAndAKeyOfTheSameConsumer()
    {
        string alice = ApiKey.Create();
        ConsumerTable table = Table(
            ("alice", new Consumer
            {
                CreatedUnixMs = 1, Keys = [Stored(alice)], PasswordHash = PasswordHash.Create("open", 1_000),
            }),
            ("bob", new Consumer { CreatedUnixMs = 1 }));
        var check = new PasswordCheck(time);

        PasswordVerdict Try(string name, string password) =>
            check.Check(new BasicCredentials(name, password), table, null, out _);

        Assert.Equal(PasswordVerdict.Right, Try("alice", "open"));
        Assert.Equal(PasswordVerdict.Right, Try("alice", "open"));
        Assert.Equal(PasswordVerdict.Right, Try("alice", alice));
        Assert.Equal(PasswordVerdict.Wrong, Try("alice", "shut"));
        Assert.Equal(PasswordVerdict.Wrong, Try("bob", alice));
        Assert.Equal(PasswordVerdict.Wrong, Try("bob", "nobody"));
        Assert.Equal(PasswordVerdict.Wrong, Try("nobody", "nobody"));
    }

    [Fact]
    public void Check_PasswordThatWasChanged_IsWrongAtOnce()
    {
        Consumer With(string password) => new()
        {
            CreatedUnixMs = 1, PasswordHash = PasswordHash.Create(password, 1_000),
        };
        var check = new PasswordCheck(time);
        var credentials = new BasicCredentials("alice", "old");

        Assert.Equal(PasswordVerdict.Right, check.Check(credentials, Table(("alice", With("old"))), null, out _));
        Assert.Equal(PasswordVerdict.Wrong, check.Check(credentials, Table(("alice", With("new"))), null, out _));
    }

    [Fact]
    public void Check_TooManyAtATime_AreToldToComeAgain()
    {
        ConsumerTable table = Table(("alice", new Consumer
        {
            CreatedUnixMs = 1, PasswordHash = PasswordHash.Create("open", 1_000),
        }));
        var check = new PasswordCheck(time, checksMax: 0);

        Assert.Equal(PasswordVerdict.Busy, check.Check(new BasicCredentials("alice", "open"), table, null, out _));
    }
}
