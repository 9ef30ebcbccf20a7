using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Limits;
using Flyball.Gateway.Security.Basic;
using Flyball.Gateway.Security.Keys;
using Microsoft.AspNetCore.Http;

namespace Flyball.Gateway.Tests.Security;

public abstract class PolicyTests(Way way) : IAsyncLifetime
{
    private KestrelBackend backend = null!;
    private GatewayUnderTest gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        backend = await KestrelBackend.StartAsync(context =>
        {
            context.Response.Headers["Access-Control-Allow-Origin"] = "https://back.example";
            context.Response.Headers.Vary = "Accept";
            return context.Response.WriteAsync(
                string.Join('\n', context.Request.Headers.Select(header => $"{header.Key}: {header.Value}")) + "\n");
        });
        gateway = await GatewayUnderTest.StartAsync(way, options => options with { TrustedProxies = ["127.0.0.1"] });
        await gateway.EndpointAsync("a1", backend.Address);
        // With its session the gateway learns the seed of shared limits, and counts anew.
        await Until.HoldsAsync(() => gateway.Get<LimitTable>().IsShared);
    }

    public async ValueTask DisposeAsync()
    {
        await gateway.DisposeAsync();
        await backend.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task<HttpResponseMessage> SendAsync(
        Action<HttpRequestHeaders>? headers = null, HttpMethod? method = null, string path = "/")
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        headers?.Invoke(request.Headers);
        return await gateway.Client.SendAsync(request, Cancellation);
    }

    private Task RouteAsync(Func<Route, Route> change) => gateway.RouteAsync("web", change);

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(", ", values) : null;

    private async Task<string> ConsumerAsync(string name, string? password = null, params string[] groups)
    {
        string key = ApiKey.Create();
        await gateway.Store.CommitAsync(new StoreTransaction().Put(Kinds.Consumer, name, new Consumer
        {
            CreatedUnixMs = 1,
            Keys = [new ConsumerKey { Hash = ApiKey.Hash(key), Hint = ApiKey.Hint(key), CreatedUnixMs = 1 }],
            PasswordHash = password is null ? null : PasswordHash.Create(password, 1_000),
            Groups = groups,
        }));
        await Until.HoldsAsync(() => gateway.Get<ConsumerDirectory>().Current.Find(name) is not null);
        return key;
    }

    [Fact]
    public async Task Key_OfAConsumer_IsLetInByNameAndKeptFromTheBackEnd()
    {
        string key = await ConsumerAsync("alice");
        await RouteAsync(route => route with { Auth = new RouteAuth { Keys = new RouteKeyAuth() } });

        using HttpResponseMessage nobody = await SendAsync(headers => headers.Add("X-Consumer", "alice"));
        using HttpResponseMessage wrong = await SendAsync(headers => headers.Add("X-Api-Key", key[..^1] + "!"));
        using HttpResponseMessage twice = await SendAsync(headers => headers.Add("X-Api-Key", [key, key]));
        using HttpResponseMessage right = await SendAsync(headers =>
        {
            headers.Add("x-api-KEY", key);
            headers.Add("X-Consumer", "root");
        });
        string seen = await right.Content.ReadAsStringAsync(Cancellation);

        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        Assert.Equal("ApiKey header=\"X-Api-Key\"", Header(nobody, "WWW-Authenticate"));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.NotEqual(HttpStatusCode.OK, twice.StatusCode);
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        Assert.Contains("X-Consumer: alice\n", seen, StringComparison.Ordinal);
        Assert.DoesNotContain(key, seen, StringComparison.Ordinal);
        Assert.DoesNotContain("root", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Claims_OfAClient_AreDroppedOnPlainRoutes()
    {
        await RouteAsync(route => route);
        using HttpResponseMessage answer = await SendAsync(headers =>
        {
            headers.Add("x-consumer", "root");
            headers.Add("x-client-certificate-SUBJECT", "CN=root");
            headers.Add("x-token-SUBJECT", "root");
            headers.Add("X-Consumer-Other", "stays");
        });
        string seen = await answer.Content.ReadAsStringAsync(Cancellation);

        Assert.DoesNotContain("root", seen, StringComparison.Ordinal);
        Assert.Contains("X-Consumer-Other: stays\n", seen, StringComparison.Ordinal);
    }

    /// <summary>CGI and WSGI read an underscore as a hyphen.</summary>
    [Fact]
    public async Task Claims_SpelledWithUnderscores_AreDroppedAndOthersStay()
    {
        await RouteAsync(route => route);
        string[] mimics =
        [
            "X_Consumer", "x_consumer", "X_Token_Subject", "X-Token_Subject", "X_Client-Certificate_SUBJECT",
            "X_Forwarded_For", "X-Forwarded_For", "X_Forwarded-Proto", "X_FORWARDED_HOST", "X_Forwarded_Port",
            "X_Real_IP", "Content_Length", "Transfer_Encoding", "Proxy_Authorization",
        ];
        string[] others = ["X_Consumers", "X_Custom", "User_Agent", "Forwarded_For", "_", "X_"];
        string lines = string.Concat(mimics.Select(name => $"{name}: spoofed\r\n"))
            + string.Concat(others.Select(name => $"{name}: stays\r\n"));
        string answer = await gateway.ExchangeAsync(
            $"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{lines}\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("spoofed", answer, StringComparison.Ordinal);
        foreach (string name in others) Assert.Contains($"{name}: stays\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Consumers_OfARoute_AreNamesAndGroups()
    {
        string alice = await ConsumerAsync("alice");
        string bob = await ConsumerAsync("bob", null, "gold");
        string carol = await ConsumerAsync("carol");
        await RouteAsync(route => route with
        {
            Auth = new RouteAuth { Keys = new RouteKeyAuth { Header = "X-Key" }, Consumers = ["alice", "@gold"] },
        });

        foreach ((string key, HttpStatusCode status) in new[]
        {
            (alice, HttpStatusCode.OK), (bob, HttpStatusCode.OK), (carol, HttpStatusCode.Forbidden),
        })
        {
            using HttpResponseMessage answer = await SendAsync(headers => headers.Add("X-Key", key));
            Assert.Equal(status, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Password_RightOrWrong_IsJudgedAndKeptFromTheBackEnd()
    {
        await ConsumerAsync("alice", "open sesame");
        await RouteAsync(route => route with
        {
            Auth = new RouteAuth { Basic = new RouteBasicAuth { Realm = "sh\"op" } },
        });
        static AuthenticationHeaderValue Basic(string pair) =>
            new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));

        using HttpResponseMessage nobody = await SendAsync();
        using HttpResponseMessage wrong = await SendAsync(headers => headers.Authorization = Basic("alice:shut"));
        using HttpResponseMessage right = await SendAsync(
            headers => headers.Authorization = Basic("alice:open sesame"));
        string seen = await right.Content.ReadAsStringAsync(Cancellation);

        Assert.Equal("Basic realm=\"sh\\\"op\", charset=\"UTF-8\"", Header(nobody, "WWW-Authenticate"));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        Assert.Contains("X-Consumer: alice\n", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_ByAKeySetThatIsFetched_IsJudgedAndRotationIsNoticed()
    {
        using var first = new TokenMaker("one");
        using var second = new TokenMaker("two");
        string set = first.KeySetJson();
        await using KestrelBackend issuer = await KestrelBackend.StartAsync(
            context => context.Response.WriteAsync(Volatile.Read(ref set)));
        long exp = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds();
        await using GatewayUnderTest own = await GatewayUnderTest.StartAsync(way, options => options with
        {
            KeySets = options.KeySets with { AskedIntervalMin = TimeSpan.FromMilliseconds(1) },
        });
        await own.EndpointAsync("a1", backend.Address);
        await own.RouteAsync("web", route => route with
        {
            Auth = new RouteAuth
            {
                Jwt = new RouteJwtAuth
                {
                    KeySet = $"http://{issuer.Address}/keys",
                    Claims = [new RouteClaim { Name = "scope", Values = ["write"] }],
                },
            },
        });

        async Task<HttpResponseMessage> WithAsync(string token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            return await own.Client.SendAsync(request, Cancellation);
        }

        async Task<HttpResponseMessage> UntilAsync(string token, HttpStatusCode status)
        {
            while (true)
            {
                HttpResponseMessage answer = await WithAsync(token);
                if (answer.StatusCode == status) return answer;
                answer.Dispose();
            }
        }

        string write = first.Make("ES256", new { sub = "ali\u00e7e", exp, scope = "read write" });
        using HttpResponseMessage good = await UntilAsync(write, HttpStatusCode.OK);
        Assert.Contains(
            "X-Token-Subject: ali%C3%A7e\n", await good.Content.ReadAsStringAsync(Cancellation),
            StringComparison.Ordinal);
        using HttpResponseMessage less = await WithAsync(first.Make("ES256", new { exp, scope = "read" }));
        Assert.Equal(HttpStatusCode.Forbidden, less.StatusCode);
        string next = second.Make("ES256", new { sub = "bob", exp, scope = "write" });
        using HttpResponseMessage early = await WithAsync(next);
        Assert.Equal(HttpStatusCode.Unauthorized, early.StatusCode);
        Assert.Equal("Bearer error=\"invalid_token\"", Header(early, "WWW-Authenticate"));

        Volatile.Write(ref set, second.KeySetJson());
        (await UntilAsync(next, HttpStatusCode.OK)).Dispose();
        using HttpResponseMessage old = await WithAsync(write);
        Assert.Equal(HttpStatusCode.Unauthorized, old.StatusCode);
    }

    /// <summary>Who issues tokens chooses their subjects.</summary>
    [Fact]
    public async Task Token_WhoseSubjectIsCalledLikeAConsumer_IsNotTakenForIt()
    {
        using var maker = new TokenMaker();
        string key = await ConsumerAsync("alice");
        await RouteAsync(route => route with
        {
            Auth = new RouteAuth { Keys = new RouteKeyAuth(), Jwt = new RouteJwtAuth { KeySet = maker.KeySetJson() } },
        });
        string token = maker.Make("ES256", new { sub = "alice", exp = 9_999_999_999 });
        string unnamed = maker.Make("ES256", new { exp = 9_999_999_999 });

        async Task<string> SeenAsync(string token, string? key)
        {
            using HttpResponseMessage answer = await SendAsync(headers =>
            {
                headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                if (key is not null) headers.Add("X-Api-Key", key);
            });
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return await answer.Content.ReadAsStringAsync(Cancellation);
        }

        string byToken = await SeenAsync(token, null);
        Assert.Contains("X-Token-Subject: alice\n", byToken, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Consumer", byToken, StringComparison.Ordinal);
        string byBoth = await SeenAsync(token, key);
        Assert.Contains("X-Token-Subject: alice\n", byBoth, StringComparison.Ordinal);
        Assert.Contains("X-Consumer: alice\n", byBoth, StringComparison.Ordinal);
        string byNobody = await SeenAsync(unnamed, null);
        Assert.DoesNotContain("X-Token-Subject", byNobody, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Consumer", byNobody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_WhileTheKeySetCannotBeHad_Is503()
    {
        using var maker = new TokenMaker();
        await RouteAsync(route => route with
        {
            Auth = new RouteAuth { Jwt = new RouteJwtAuth { KeySet = "http://127.0.0.1:1/keys" } },
        });
        using HttpResponseMessage answer = await SendAsync(headers => headers.Authorization =
            new AuthenticationHeaderValue("Bearer", maker.Make("ES256", new { exp = 9_999_999_999 })));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("5", Header(answer, "Retry-After"));
    }

    [Fact]
    public async Task RateLimit_OfARoute_TellsWhatIsLeftAndRefuses()
    {
        await RouteAsync(route => route with
        {
            RateLimits = [new RouteRateLimit { Requests = 3, Per = TimeSpan.FromHours(1) }],
        });
        for (int left = 2; left >= 0; left--)
        {
            using HttpResponseMessage passed = await SendAsync();
            Assert.Equal(HttpStatusCode.OK, passed.StatusCode);
            Assert.Equal("3", Header(passed, "RateLimit-Limit"));
            Assert.Equal(left.ToString(), Header(passed, "RateLimit-Remaining"));
        }

        using HttpResponseMessage refused = await SendAsync();
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("0", Header(refused, "RateLimit-Remaining"));
        Assert.InRange(int.Parse(Header(refused, "Retry-After")!), 1_190, 1_200);
        Assert.InRange(int.Parse(Header(refused, "RateLimit-Reset")!), 3_590, 3_600);
        Assert.Contains("rate-limit", await Problem(), StringComparison.Ordinal);

        async Task<string> Problem()
        {
            using HttpResponseMessage again = await SendAsync(headers => headers.Add("Accept", "application/json"));
            return await again.Content.ReadAsStringAsync(Cancellation);
        }
    }

    [Fact]
    public async Task RateLimit_ByKey_CountsEachConsumerByItself()
    {
        string alice = await ConsumerAsync("alice");
        string bob = await ConsumerAsync("bob");
        await RouteAsync(route => route with
        {
            Auth = new RouteAuth { Keys = new RouteKeyAuth() },
            RateLimits = [new RouteRateLimit { Requests = 2, Per = TimeSpan.FromHours(1), By = RateLimitKey.Consumer }],
        });
        foreach (string key in new[] { alice, bob })
        {
            List<HttpStatusCode> statuses = [];
            for (int i = 0; i < 3; i++)
            {
                using HttpResponseMessage answer = await SendAsync(headers => headers.Add("X-Api-Key", key));
                statuses.Add(answer.StatusCode);
            }

            Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], statuses);
        }
    }

    [Fact]
    public async Task Addresses_ThroughATrustedProxy_AreTheClients()
    {
        await RouteAsync(route => route with { Addresses = new RouteAddresses { Allow = ["203.0.113.0/24"] } });
        using HttpResponseMessage own = await SendAsync();
        using HttpResponseMessage good = await SendAsync(
            headers => headers.Add("X-Forwarded-For", "6.6.6.6, 203.0.113.9"));
        using HttpResponseMessage bad = await SendAsync(
            headers => headers.Add("X-Forwarded-For", "203.0.113.9, 6.6.6.6"));

        Assert.Equal(HttpStatusCode.Forbidden, own.StatusCode);
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, bad.StatusCode);
        Assert.Contains(
            "X-Forwarded-For: 6.6.6.6,203.0.113.9,127.0.0.1\n",
            (await good.Content.ReadAsStringAsync(Cancellation)).Replace(", ", ",", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Addresses_BehindAForwardedForOfAnyLength_AreReadFromItsEnd()
    {
        await RouteAsync(route => route with { Addresses = new RouteAddresses { Allow = ["203.0.113.0/24"] } });
        string Of(int count, string one) => string.Concat(Enumerable.Repeat(one, count));
        (string Lines, int Status)[] cases =
        [
            ("X-Forwarded-For: " + Of(900, "6.6.6.6, ") + "203.0.113.9", 200),
            ("X-Forwarded-For: " + Of(900, "203.0.113.9, ") + "6.6.6.6", 403),
            ("X-Forwarded-For: " + Of(900, "6.6.6.6,") + "\r\nX-Forwarded-For: 203.0.113.9, 127.0.0.1", 200),
            ("X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-For:", 200),
            // The last 4,096 bytes begin with the second digit: half an address is none.
            ("X-Forwarded-For: 1203.0.113.9" + Of(403, ",127.0.0.1") + Of(5, ", 127.0.0.1"), 403),
        ];
        foreach ((string lines, int status) in cases)
        {
            string answer = await gateway.ExchangeAsync(
                $"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{lines}\r\n\r\n");
            Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Cors_Preflight_IsAnsweredHereAndAnswersAreRewritten()
    {
        await RouteAsync(route => route with
        {
            Auth = new RouteAuth { Keys = new RouteKeyAuth() },
            Cors = new RouteCors
            {
                Origins = ["https://shop.example"], Methods = ["GET", "PUT"], Headers = ["X-Api-Key"],
            },
        });
        string key = await ConsumerAsync("alice");
        using HttpResponseMessage preflight = await SendAsync(
            headers =>
            {
                headers.Add("Origin", "https://shop.example");
                headers.Add("Access-Control-Request-Method", "PUT");
                headers.Add("Access-Control-Request-Headers", "x-api-key");
            }, HttpMethod.Options);
        using HttpResponseMessage good = await SendAsync(headers =>
        {
            headers.Add("Origin", "https://shop.example");
            headers.Add("X-Api-Key", key);
        });
        using HttpResponseMessage refused = await SendAsync(headers => headers.Add("Origin", "https://shop.example"));
        using HttpResponseMessage other = await SendAsync(headers =>
        {
            headers.Add("Origin", "https://evil.example");
            headers.Add("X-Api-Key", key);
        });

        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Equal("GET, PUT", Header(preflight, "Access-Control-Allow-Methods"));
        Assert.Equal("https://shop.example", Header(preflight, "Access-Control-Allow-Origin"));
        Assert.Equal("https://shop.example", Header(good, "Access-Control-Allow-Origin"));
        Assert.Equal("Accept, Origin", Header(good, "Vary"));
        // A page may read why it was refused.
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("https://shop.example", Header(refused, "Access-Control-Allow-Origin"));
        Assert.Null(Header(other, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Headers_BeyondTheRoutesBound_AreRefused()
    {
        await RouteAsync(route => route with { HeaderBytesMax = 500 });
        using HttpResponseMessage small = await SendAsync();
        using HttpResponseMessage large = await SendAsync(headers => headers.Add("X-Long", new string('x', 500)));

        Assert.Equal(HttpStatusCode.OK, small.StatusCode);
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, large.StatusCode);
    }

    [Fact]
    public async Task Route_ThatLosesItsPolicies_IsOpenAgain()
    {
        await RouteAsync(route => route with { Auth = new RouteAuth { Keys = new RouteKeyAuth() } });
        using HttpResponseMessage closed = await SendAsync();
        await RouteAsync(route => route);
        using HttpResponseMessage open = await SendAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, closed.StatusCode);
        Assert.Equal(HttpStatusCode.OK, open.StatusCode);
    }

    [Fact]
    public async Task Connection_OfARefusedRequest_GoesOn()
    {
        await RouteAsync(route => route with { Auth = new RouteAuth { Keys = new RouteKeyAuth() } });
        string key = await ConsumerAsync("alice");
        string answers = await gateway.ExchangeAsync(
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
            + $"GET / HTTP/1.1\r\nHost: h\r\nX-Api-Key: {key}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 401 ", answers, StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 200 ", answers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_GuessedTooOften_HoldsUpTheGuesserOnly()
    {
        await ConsumerAsync("alice", "open");
        await RouteAsync(route => route with { Auth = new RouteAuth { Basic = new RouteBasicAuth() } });
        async Task<int> TryAsync(string client, string password)
        {
            using HttpResponseMessage answer = await SendAsync(headers =>
            {
                headers.Add("X-Forwarded-For", client);
                headers.Authorization = new AuthenticationHeaderValue(
                    "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"alice:{password}")));
            });
            return (int)answer.StatusCode;
        }

        for (int i = 0; i < PasswordTurns.WrongMax; i++)
            Assert.Equal(401, await TryAsync("2001:db8::1", $"guess{i}"));

        Assert.Equal(503, await TryAsync("2001:db8::2", "open"));
        Assert.Equal(200, await TryAsync("2001:db8:0:1::1", "open"));
        Assert.Equal(200, await TryAsync("2001:db8::2", "open"));
    }
}
