using System.Security.Cryptography;
using System.Text;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Security.Jwt;
using Microsoft.Extensions.Time.Testing;
using S = Flyball.Gateway.Security.Jwt.JwtStanding;

namespace Flyball.Gateway.Tests.Security;

public sealed class JwtTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);

    private readonly TokenMaker maker = new();
    private readonly FakeTimeProvider time = new(Now);

    private static long At(double seconds) => Now.ToUnixTimeSeconds() + (long)seconds;

    private JwtCheck Check(Func<RouteJwtAuth, RouteJwtAuth>? change = null)
    {
        var wanted = new RouteJwtAuth { KeySet = maker.KeySetJson() };
        wanted = change is null ? wanted : change(wanted);
        return new JwtCheck(wanted, new KeySetSource(wanted.KeySet, new KeySetOptions(), () => { }));
    }

    private JwtVerdict Judge(JwtCheck check, string token) =>
        check.Check(Encoding.ASCII.GetBytes(token), time.GetUtcNow());

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public void Check_GoodToken_IsItsSubject(string algorithm)
    {
        JwtVerdict verdict = Judge(Check(), maker.Make(algorithm, new { sub = "alice", exp = At(60) }));

        Assert.Equal(S.Good, verdict.Standing);
        Assert.Equal("alice", verdict.Identity!.Name);
    }

    [Fact]
    public void Check_UnsignedToken_IsBadInEveryForm()
    {
        JwtCheck check = Check(wanted => wanted with { Algorithms = ["none", "RS256"] });
        string good = maker.Make("RS256", new { sub = "alice", exp = At(60) });
        string payload = good.Split('.')[1];
        foreach (string algorithm in new[] { "none", "None", "NONE", "nOnE", "" })
        {
            string header = TokenMaker.Encode($"{{\"alg\":\"{algorithm}\",\"kid\":\"rsa\"}}");
            Assert.Equal(S.Bad, Judge(check, $"{header}.{payload}.").Standing);
            Assert.Equal(S.Bad, Judge(check, $"{header}.{payload}.{good.Split('.')[2]}").Standing);
        }

        Assert.Equal(S.Bad, Judge(check, $"{good.Split('.')[0]}.{payload}.").Standing);
    }

    [Fact]
    public void Check_PublicKeyAsSharedSecret_IsBad()
    {
        JwtCheck check = Check(wanted => wanted with { Algorithms = ["RS256", "HS256"] });
        string header = TokenMaker.Encode("{\"alg\":\"HS256\",\"kid\":\"rsa\"}");
        string payload = TokenMaker.Encode($"{{\"sub\":\"alice\",\"exp\":{At(60)}}}");
        foreach (byte[] secret in maker.PublicForms())
        {
            byte[] mac = HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes($"{header}.{payload}"));
            Assert.Equal(S.Bad, Judge(check, $"{header}.{payload}.{TokenMaker.Encode(mac)}").Standing);
        }
    }

    [Fact]
    public void Check_SharedSecret_IsTakenOnlyWhereTheRouteNamesIt()
    {
        string token = maker.Make("HS256", new { sub = "alice", exp = At(60) });

        Assert.Equal(S.Bad, Judge(Check(), token).Standing);
        Assert.Equal(
            S.Good, Judge(Check(wanted => wanted with { Algorithms = ["HS256"] }), token).Standing);
    }

    [Fact]
    public void Check_AnyByteChanged_IsBad()
    {
        JwtCheck check = Check();
        string token = maker.Make("ES256", new { sub = "alice", exp = At(60) });
        Assert.Equal(S.Good, Judge(check, token).Standing);
        // The last character of an encoded part may stand for bits that are not used: two spellings of one signature.
        for (int i = 0; i < token.Length - 1; i++)
        {
            if (token[i] == '.' || token[i + 1] == '.') continue;
            char other = token[i] == 'A' ? 'B' : 'A';
            Assert.Equal(S.Bad, Judge(check, token[..i] + other + token[(i + 1)..]).Standing);
        }
    }

    [Theory]
    [InlineData(-31, null, false)]
    [InlineData(-29, null, true)]
    [InlineData(60, 31, false)]
    [InlineData(60, 29, true)]
    [InlineData(60, -5, true)]
    public void Check_Times_AreKeptWithLeeway(int endsIn, int? beginsIn, bool good)
    {
        string token = beginsIn is { } begin
            ? maker.Make("ES256", new { exp = At(endsIn), nbf = At(begin) })
            : maker.Make("ES256", new { exp = At(endsIn) });

        Assert.Equal(good ? S.Good : S.Bad, Judge(Check(), token).Standing);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"exp\":\"9999999999\"}")]
    [InlineData("{\"exp\":null}")]
    [InlineData("{\"exp\":1e400}")]
    [InlineData("{\"exp\":-1}")]
    [InlineData("{\"exp\":253402300799}")]
    [InlineData("{\"exp\":9999999999,\"nbf\":\"1\"}")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    public void Check_ClaimsThatAreNoTimes_AreBad(string claims) =>
        Assert.Equal(S.Bad, Judge(Check(), maker.MakeRaw("ES256", claims)).Standing);

    [Theory]
    [InlineData("\"sub\":\"\\ud800\"")]
    [InlineData("\"iss\":\"\\udc00\"")]
    [InlineData("\"scope\":\"\\ud800\"")]
    [InlineData("\"scope\":[\"\\ud800\"]")]
    [InlineData("\"\\ud800scope\":1")]
    public void Check_HalfACharacter_IsBad(string claim)
    {
        JwtCheck check = Check(wanted => wanted with
        {
            Claims = [new RouteClaim { Name = "scope", Values = ["write"] }],
        });
        string more = claim.Contains("\"scope", StringComparison.Ordinal) ? "" : ",\"scope\":\"write\"";

        Assert.NotEqual(
            S.Good, Judge(check, maker.MakeRaw("ES256", $"{{\"exp\":{At(60)},{claim}{more}}}")).Standing);
    }

    [Fact]
    public void Check_HalfACharacterInTheHeader_IsBad()
    {
        string payload = TokenMaker.Encode($"{{\"exp\":{At(60)}}}");
        foreach (string header in new[] { "\"kid\":\"\\ud800\"", "\"typ\":\"\\ud800\"", "\"\\ud800\":1" })
        {
            string token = TokenMaker.Encode($"{{\"alg\":\"ES256\",{header}}}") + $".{payload}.AAAA";
            Assert.Equal(S.Bad, Judge(Check(), token).Standing);
        }
    }

    [Fact]
    public void Check_GoodToken_IsBadAgainWhenItEnds()
    {
        JwtCheck check = Check();
        string token = maker.Make("ES256", new { exp = At(60) });

        Assert.Equal(S.Good, Judge(check, token).Standing);
        time.Advance(TimeSpan.FromSeconds(89));
        Assert.Equal(S.Good, Judge(check, token).Standing);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(S.Bad, Judge(check, token).Standing);
    }

    [Fact]
    public void Check_IssuerAudienceAndClaims_MustSayWhatIsAsked()
    {
        JwtCheck check = Check(wanted => wanted with
        {
            Issuer = "https://id.example",
            Audiences = ["shop", "stock"],
            Claims = [new RouteClaim { Name = "scope", Values = ["write"] }, new RouteClaim { Name = "email" }],
        });
        JwtStanding Of(object claims) => Judge(check, maker.Make("ES256", claims)).Standing;
        const string I = "https://id.example";

        Assert.Equal(S.Good, Of(new { exp = At(9), iss = I, aud = "shop", scope = "read write", email = "a" }));
        Assert.Equal(S.Good, Of(new
        {
            exp = At(9), iss = I, aud = new[] { "x", "stock" }, scope = new[] { "write" }, email = 1,
        }));
        Assert.Equal(S.Bad, Of(new { exp = At(9), iss = I + "/", aud = "shop", scope = "write", email = "a" }));
        Assert.Equal(S.Bad, Of(new { exp = At(9), aud = "shop", scope = "write", email = "a" }));
        Assert.Equal(S.Bad, Of(new { exp = At(9), iss = I, aud = "shop stock", scope = "write", email = "a" }));
        Assert.Equal(S.Bad, Of(new { exp = At(9), iss = I, scope = "write", email = "a" }));
        Assert.Equal(S.NotEnough, Of(new { exp = At(9), iss = I, aud = "shop", scope = "writer", email = "a" }));
        Assert.Equal(S.NotEnough, Of(new { exp = At(9), iss = I, aud = "shop", scope = "write" }));
    }

    [Fact]
    public void Check_CriticalHeader_IsBad()
    {
        string token = maker.MakeRaw("ES256", $"{{\"exp\":{At(60)}}}", ",\"crit\":[\"exp\"]");

        Assert.Equal(S.Bad, Judge(Check(), token).Standing);
    }

    [Fact]
    public void Check_TokenWithoutKid_IsTriedWithTheKeysOfItsKind() =>
        Assert.Equal(
            S.Good,
            Judge(Check(), maker.MakeRaw("ES256", $"{{\"exp\":{At(60)}}}", kid: null)).Standing);

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("a.b.c")]
    [InlineData("..")]
    [InlineData("e30.e30.")]
    [InlineData("a.b.c.d.e")]
    public void Check_WhatIsNoToken_IsBad(string token) =>
        Assert.Equal(S.Bad, Judge(Check(), token).Standing);

    [Fact]
    public void Source_KeysRotate_OldTokensAreBadAndTheNewKeyIsAskedFor()
    {
        int signals = 0;
        var options = new KeySetOptions();
        var source = new KeySetSource("https://id.example/keys", options, () => signals++);
        var check = new JwtCheck(new RouteJwtAuth { KeySet = source.Address }, source);
        string token = maker.Make("ES256", new { exp = At(100_000) });

        Assert.Equal(S.NoKeys, Judge(check, token).Standing);
        source.Fetched(KeySet.Parse(maker.KeySetJson(), out _)!, time.GetUtcNow());
        Assert.Equal(S.Good, Judge(check, token).Standing);

        using var next = new TokenMaker("next");
        string fresh = next.Make("ES256", new { exp = At(100_000) });
        Assert.Equal(S.Bad, Judge(check, fresh).Standing);
        Assert.Equal(1, signals);
        Assert.Equal(time.GetUtcNow() + options.AskedIntervalMin, source.DueAt);
        time.Advance(options.AskedIntervalMin);
        source.Fetched(KeySet.Parse(next.KeySetJson(), out _)!, time.GetUtcNow());
        Assert.Equal(S.Good, Judge(check, fresh).Standing);
        Assert.Equal(S.Bad, Judge(check, token).Standing);
    }

    [Fact]
    public void Source_ThatFails_KeepsItsKeysForAWhileAndWaitsLonger()
    {
        var options = new KeySetOptions();
        var source = new KeySetSource("https://id.example/keys", options, () => { });
        source.Fetched(KeySet.Parse(maker.KeySetJson(), out _)!, Now);
        source.Failed("gone", Now);
        Assert.Equal(Now + options.RetryMin, source.DueAt);
        source.Failed("gone", Now);
        Assert.Equal(Now + (2 * options.RetryMin), source.DueAt);
        for (int i = 0; i < 100; i++) source.Failed("gone", Now);

        // A token that names an unknown key does not shorten the wait.
        source.AskAgain();
        Assert.Equal(Now + options.Interval, source.DueAt);
        Assert.Equal("gone", source.Problem);
        Assert.NotNull(source.Current(Now + options.KeptMax));
        Assert.Null(source.Current(Now + options.KeptMax + TimeSpan.FromSeconds(1)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"keys\":[]}")]
    [InlineData("{\"keys\":[{\"kty\":\"RSA\",\"use\":\"enc\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}")]
    [InlineData("<html>")]
    public void KeySet_WithoutAKeyForSignatures_IsNone(string json)
    {
        Assert.Null(KeySet.Parse(json, out string? problem));
        Assert.NotNull(problem);
    }

    /// <summary>Whoever has a route chooses its keys: one that takes long to check would hold a loop up.</summary>
    [Theory]
    [InlineData(1_024, "AQAB", 0)]
    [InlineData(2_047, "AQAB", 0)]
    [InlineData(2_048, "AQAB", 1)]
    [InlineData(4_096, "AQAB", 1)]
    [InlineData(4_097, "AQAB", 0)]
    [InlineData(16_384, "AQAB", 0)]
    [InlineData(2_048, "_____w", 1)]
    [InlineData(2_048, "Af____8", 0)]
    [InlineData(2_048, "not base64!", 0)]
    [InlineData(2_048, "", 0)]
    public void KeySet_RsaKeysThatTakeLong_AreLeftOut(int bits, string exponent, int taken)
    {
        byte[] modulus = new byte[(bits + 7) / 8];
        modulus[0] = (byte)(1 << ((bits - 1) % 8));
        modulus[^1] |= 1;
        string key = $"{{\"kty\":\"RSA\",\"n\":\"{TokenMaker.Encode(modulus)}\",\"e\":\"{exponent}\"}}";
        KeySet? keys = KeySet.Parse($"{{\"keys\":[{key},{{\"kty\":\"oct\",\"k\":\"AAAA\"}}]}}", out string? problem);

        Assert.Equal(taken + 1, keys!.Count);
        Assert.Equal(taken == 0, problem is not null);
    }

    [Fact]
    public void KeySet_ManyKeysOfOneKind_AFewAreTried()
    {
        string key = "{\"kty\":\"oct\",\"k\":\"AAAA\"}";
        KeySet keys = KeySet.Parse($"{{\"keys\":[{string.Join(',', Enumerable.Repeat(key, 9))}]}}", out _)!;

        Assert.Equal(4, keys.For(null, "HS256").Count());
    }

    public void Dispose() => maker.Dispose();
}
