using System.Net;
using System.Text.RegularExpressions;
using Flyball.Discovery.Tests.Doors;

namespace Flyball.Discovery.Tests.Upsync;

/// <summary>
/// The exchanges of nginx' upsync module, byte by byte over raw sockets: it reads the reason phrase, the index header
/// by its exact name, and the body until the connection ends.
/// </summary>
public sealed partial class UpsyncTests
{
    private const string Value =
        "eyJ3ZWlnaHQiOjEsIm1heF9mYWlscyI6MiwiZmFpbF90aW1lb3V0IjoxMCwiZG93biI6MCwiYmFja3VwIjowfQ==";

    [Fact]
    public async Task Kv_First_IsTheWholeAnswerByteByByte()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await RegisterAsync(host, "web1", "10.0.0.1", 8080);
        await RegisterAsync(host, "web6", "::1", 8080);

        string body = "[{\"LockIndex\":0,\"Key\":\"upstreams/web/10.0.0.1:8080\",\"Flags\":0,\"Value\":\"" + Value
            + "\",\"CreateIndex\":1,\"ModifyIndex\":1}]";
        Assert.Equal(
            $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\nContent-Type: "
                + $"application/json\r\n"
            + "Date: DATE\r\nX-Consul-Index: 2\r\nX-Consul-KnownLeader: true\r\nX-Consul-LastContact: 0\r\n"
            + $"X-Consul-Effective-Consistency: leader\r\n\r\n{body}",
            await AskAsync(host.Options.Consul!, "/v1/kv/upstreams/web/?recurse&index=0"));
    }

    [Fact]
    public async Task Kv_Change_WakesAndTellsWeightDownAndBackup()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await RegisterAsync(
            host, "web1", "10.0.0.1", 8080, ""","Check":{"CheckID":"c","TTL":"1h","Status":"passing"},"""
            + """ "Tags":["weight=5","backup","max_fails=7","fail_timeout=30s"]""");
        string first = await AskAsync(host.Options.Consul!, "/v1/kv/upstreams/web?recurse&index=0");
        Assert.Contains(Base64("""{"weight":5,"max_fails":7,"fail_timeout":30,"down":0,"backup":1}"""), first,
            StringComparison.Ordinal);
        Task<string> waiting = AskAsync(host.Options.Consul!, $"/v1/kv/upstreams/web?recurse&index={IndexOf(first)}");
        await RegisterAsync(host, "other", "10.0.0.9", 1, name: "other");
        Assert.False(waiting.IsCompleted);
        await host.PutAsync("agent/check/fail/c");
        string second = await waiting;
        Assert.Contains(Base64("""{"weight":5,"max_fails":7,"fail_timeout":30,"down":1,"backup":1}"""), second,
            StringComparison.Ordinal);
        Assert.True(IndexOf(second) > IndexOf(first));
    }

    [Fact]
    public async Task Kv_KeyOfAUser_OverrulesAndStandsBeside()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await RegisterAsync(host, "web1", "10.0.0.1", 8080);
        await host.PutAsync("kv/upstreams/web/10.0.0.1:8080", """{"weight":9}""");
        await host.PutAsync("kv/upstreams/web/10.0.0.2:80", """{"weight":2}""");
        string answer = await AskAsync(host.Options.Consul!, "/v1/kv/upstreams/web/?recurse&index=0");
        Assert.Equal(2, Regex.Count(answer, "\"Key\":"));
        Assert.Contains(Base64("""{"weight":9}"""), answer, StringComparison.Ordinal);
        Assert.DoesNotContain(Value, answer, StringComparison.Ordinal);
        Assert.Equal("""["upstreams/web/10.0.0.1:8080","upstreams/web/10.0.0.2:80"]""",
            (await host.GetAsync("kv/?keys")).ToString());
    }

    [Fact]
    public async Task Kv_NoInstances_Is404SoThatNginxKeepsWhatItHas()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        Assert.StartsWith("HTTP/1.1 404 Not Found\r\n",
            await AskAsync(host.Options.Consul!, "/v1/kv/upstreams/web/?recurse&index=0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Services_Entries_CarryAddressPortAndTags()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await RegisterAsync(host, "web1", "10.0.0.1", 8080,
            ""","Weights":{"Passing":4,"Warning":1},"Check":{"CheckID":"c","TTL":"1h"}""");
        string answer = await AskAsync(host.Options.Consul!, "/v1/catalog/service/web?recurse&index=0");
        Assert.Contains("\"Address\":\"127.0.0.1\"", answer, StringComparison.Ordinal);
        Assert.Contains("\"ServiceAddress\":\"10.0.0.1\"", answer, StringComparison.Ordinal);
        Assert.Contains("\"ServicePort\":8080", answer, StringComparison.Ordinal);
        Assert.Contains("\"ServiceTags\":[\"weight=4\",\"down\"]", answer, StringComparison.Ordinal);
        Assert.Equal("[]", (await host.GetAsync("catalog/service/web"))[0].GetProperty("ServiceTags").ToString());
        AssertTakenByTheModule(answer);
    }

    [Fact]
    public async Task Health_Entries_AlwaysCarryChecks()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await RegisterAsync(host, "web1", "10.0.0.1", 8080);
        string answer = await AskAsync(host.Options.Consul!, "/v1/health/service/web?recurse&index=0");
        Assert.Contains("\"Checks\":[{", answer, StringComparison.Ordinal);
        AssertTakenByTheModule(answer);
        Task<string> waiting =
            AskAsync(host.Options.Consul!, $"/v1/health/service/web?recurse&index={IndexOf(answer)}");
        await RegisterAsync(host, "web2", "10.0.0.2", 8080);
        Assert.Contains("10.0.0.2", await waiting, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wait_WithoutWait_IsHeldAtMostFiveMinutes()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await RegisterAsync(host, "web1", "10.0.0.1", 8080);
        string first = await AskAsync(host.Options.Consul!, "/v1/kv/upstreams/web/?recurse&index=0");
        Task<string> waiting = AskAsync(host.Options.Consul!, $"/v1/kv/upstreams/web/?recurse&index={IndexOf(first)}");
        await DoorHost.EventuallyAsync(() => Task.FromResult(host.Index.Find("web")!.Watchers == 1), () => "waits");
        TimeSpan waited = await host.AdvanceUntilAsync(waiting, TimeSpan.FromSeconds(5));
        Assert.InRange(waited, TimeSpan.FromSeconds(280), TimeSpan.FromSeconds(310));
        Assert.Equal(IndexOf(first), IndexOf(await waiting));
    }

    [Fact]
    public async Task Answer_BeyondWhatTheModuleHolds_IsAnErrorAndNotCut()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        for (int i = 0; i < 12; i++) await host.PutAsync($"kv/big/{i}", new string('x', 400_000));
        string answer = await AskAsync(host.Options.Consul!, "/v1/kv/big/?recurse&index=0");
        Assert.StartsWith("HTTP/1.1 500 Internal Server Error\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("OldAnswerBytesMax", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Etcd_FirstThenWait_GetThenSetThenGet()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await RegisterAsync(host, "web1", "10.0.0.1", 8080);
        IPEndPoint etcd = host.Options.EtcdKeys!;
        const string Json = """{\"weight\":1,\"max_fails\":2,\"fail_timeout\":10,\"down\":0,\"backup\":0}""";
        string body = "{\"action\":\"get\",\"node\":{\"key\":\"/upstreams/web\",\"dir\":true,\"nodes\":[{\"key\":\""
            + "/upstreams/web/10.0.0.1:8080\",\"value\":\"" + Json
            + "\",\"modifiedIndex\":1,\"createdIndex\":1}],\"modifiedIndex\":1,\"createdIndex\":1}}";
        string first = await AskAsync(etcd, "/v2/keys/upstreams/web?");
        Assert.Equal(
            $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\nContent-Type: "
                + $"application/json\r\n"
            + $"Date: DATE\r\nX-Etcd-Index: 1\r\nX-Etcd-Cluster-Id: 666c7962616c6c00\r\n\r\n{body}", first);
        Task<string> waiting = AskAsync(etcd, "/v2/keys/upstreams/web?wait=true&recursive=true&waitIndex=2");
        await RegisterAsync(host, "api1", "10.0.0.7", 1, name: "api");
        Assert.False(waiting.IsCompleted);
        await RegisterAsync(host, "web2", "10.0.0.2", 8080);
        string change = await waiting;
        Assert.Contains(
            "\"action\":\"set\",\"node\":{\"key\":\"/upstreams/web/10.0.0.2:8080\"", change, StringComparison.Ordinal);
        Assert.Contains("X-Etcd-Index: 3\r\n", change, StringComparison.Ordinal);
        // What was missed meanwhile is told at once.
        await host.PutAsync("agent/service/deregister/web2");
        string missed = await AskAsync(etcd, "/v2/keys/upstreams/web?wait=true&recursive=true&waitIndex=4");
        Assert.Contains("\"action\":\"delete\",\"node\":{\"key\":\"/upstreams/web/10.0.0.2:8080\"", missed,
            StringComparison.Ordinal);
        AssertTakenByTheModule(missed);
    }

    [Fact]
    public async Task Etcd_HistoryIsGone_Is401WithBadRequest()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await RegisterAsync(host, "web1", "10.0.0.1", 8080);
        await RegisterAsync(host, "web2", "10.0.0.2", 8080);
        await using DoorHost after = await host.RestartAsync();
        string answer =
            await AskAsync(after.Options.EtcdKeys!, "/v2/keys/upstreams/web?wait=true&recursive=true&waitIndex=2");
        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("{\"errorCode\":401,\"message\":\"The event in requested index is outdated and cleared\"",
            answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Etcd_WaitOver_IsAGetFromWhichToGoOn()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await RegisterAsync(host, "web1", "10.0.0.1", 8080);
        Task<string> waiting =
            AskAsync(host.Options.EtcdKeys!, "/v2/keys/upstreams/web?wait=true&recursive=true&waitIndex=2");
        await DoorHost.EventuallyAsync(() => Task.FromResult(host.Index.Find("web")!.Watchers == 1), () => "waits");
        await host.AdvanceUntilAsync(waiting, TimeSpan.FromSeconds(10));
        Assert.Contains(
            "{\"action\":\"get\",\"node\":{\"key\":\"/upstreams/web\"", await waiting, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Etcd_KeyThatBeginsWithASlash_IsListed()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        await host.PutAsync("kv//a/b", "1");
        await host.PutAsync("kv/c//d", "2");
        string all = await AskAsync(host.Options.EtcdKeys!, "/v2/keys/?recursive=true");
        Assert.Contains("{\"key\":\"//a/b\",\"value\":\"1\"", all, StringComparison.Ordinal);
        Assert.Contains("{\"key\":\"/c//d\",\"value\":\"2\"", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Etcd_SetAndDelete_AreKeysOfConsulToo()
    {
        await using DoorHost host = await DoorHost.StartAsync();
        IPEndPoint etcd = host.Options.EtcdKeys!;
        Assert.Contains("201 Created", await SendAsync(
            etcd, "PUT", "/v2/keys/upstreams/x/10.0.0.5:80", "value=%7B%22weight%22%3A3%7D"), StringComparison.Ordinal);
        Assert.Equal("""{"weight":3}""", (await host.SendAsync("GET", "kv/upstreams/x/10.0.0.5:80?raw")).Body);
        Assert.Contains("\"errorCode\":105", await SendAsync(
            etcd, "PUT", "/v2/keys/upstreams/x/10.0.0.5:80?prevExist=false", "value=1"), StringComparison.Ordinal);
        Assert.Contains(
            "\"errorCode\":209", await SendAsync(etcd, "PUT", "/v2/keys/a?ttl=5", "value=1"), StringComparison.Ordinal);
        Assert.Contains("\"action\":\"delete\"",
            await SendAsync(etcd, "DELETE", "/v2/keys/upstreams/x/10.0.0.5:80", ""), StringComparison.Ordinal);
        Assert.Contains("\"errorCode\":100", await AskAsync(etcd, "/v2/keys/upstreams/x"), StringComparison.Ordinal);
    }

    /// <summary>Within the module's bounds: a phrase of OK or Bad, 20 headers of 512 bytes, no chunks.</summary>
    private static void AssertTakenByTheModule(string answer)
    {
        string[] head = answer[..answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Split("\r\n");
        Assert.EndsWith(" OK", head[0], StringComparison.Ordinal);
        Assert.True(head.Length - 1 <= 20);
        Assert.All(head, line => Assert.True(line.Length < 512));
        Assert.DoesNotContain(head, line => line.StartsWith("Transfer-Encoding", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("Connection: close", head);
    }

    private static Task<string> RegisterAsync(
        DoorHost host, string id, string address, int port, string more = "", string name = "web") =>
        host.PutAsync("agent/service/register",
            "{\"ID\":\"" + id + "\",\"Name\":\"" + name + "\",\"Address\":\"" + address
                + $"\",\"Port\":{port}{more}}}");

    private static async Task<string> AskAsync(IPEndPoint door, string target) => Date().Replace(
        await DoorHost.RawAsync(door, $"GET {target} HTTP/1.0\r\nHost: {door}\r\nAccept: */*\r\n\r\n"), "Date: DATE\r");

    private static Task<string> SendAsync(IPEndPoint door, string method, string target, string body) =>
        DoorHost.RawAsync(
        door, $"{method} {target} HTTP/1.0\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    private static long IndexOf(string answer) =>
        long.Parse(Regex.Match(answer, "X-Consul-Index: ([0-9]+)\r").Groups[1].Value);

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));

    [GeneratedRegex("Date: [^\r]*\r")]
    private static partial Regex Date();
}
