using Flyball.Apis.Usage;
using Flyball.Base.Resources;
using Flyball.Contracts.Gateway.Security;

namespace Flyball.Apis.Pages;

/// <summary>Consumers, how many keys they have, and what they used. Nothing of a key is shown.</summary>
internal static class ConsumersPage
{
    private static readonly string[] Ranges = ["1h", "24h", "7d", "30d"];

    public static string Of(
        IReadOnlyList<Resource<Consumer>> consumers, UsageAnswer usage, string range, DateTimeOffset now) =>
        Frame.Of("Consumers", "", page =>
        {
            page.Add($"""
                <h1>Consumers</h1><p class="soft">{Amounts.Count(consumers.Count, "consumer", "consumers")} of
                routes that ask who they are.</p>
                """);
            List(page, consumers, usage, now.ToUnixTimeMilliseconds());
            page.Add($"<h2>Usage</h2><div class=\"bar\">");
            foreach (string one in Ranges)
                page.Add($"""
                    <a class="pill {(one == range ? "on" : "")}" href="/apis/consumers?range={one}">{one}</a>
                    """);
            page.Add($"</div>");
            UsageTable.Show(page, usage, showsWorkload: true);
        });

    private static void List(Html page, IReadOnlyList<Resource<Consumer>> consumers, UsageAnswer usage, long nowUnixMs)
    {
        if (consumers.Count == 0)
        {
            page.Add($"<div class=\"note\"><span class=\"mono\">flyball consumer add NAME</span> makes one.</div>");
            return;
        }

        page.Add($"""
            <div class="scroll"><table><tr><th>consumer</th><th>groups</th><th class="n">keys</th><th>password</th>
            <th class="n">requests</th><th>since</th></tr>
            """);
        foreach (Resource<Consumer> consumer in consumers)
        {
            int keys = consumer.Value.Keys.Count(key => key.EndsUnixMs is not { } ends || ends > nowUnixMs);
            long requests = usage.Rows.Where(row => row.Consumer == consumer.Key.Name).Sum(row => row.Requests);
            page.Add($"""
                <tr><td><strong>{consumer.Key.Name}</strong></td>
                <td class="wrap">{string.Join(", ", consumer.Value.Groups)}</td><td class="n">{keys}</td>
                <td>{(consumer.Value.PasswordHash is null ? "no" : "yes")}</td><td class="n">{requests:N0}</td>
                <td>{Amounts.Time(DateTimeOffset.FromUnixTimeMilliseconds(consumer.Value.CreatedUnixMs))}</td></tr>
                """);
        }

        page.Add($"</table></div>");
    }
}
