using Flyball.Apis.Usage;

namespace Flyball.Apis.Pages;

/// <summary>Who used what, how much and when last.</summary>
internal static class UsageTable
{
    /// <summary>Rows of a page.</summary>
    private const int RowsMax = 500;

    public static void Show(Html page, UsageAnswer usage, bool showsWorkload)
    {
        if (usage.Problem is { } problem)
        {
            page.Add($"<div class=\"note bad\">The metrics do not say: {problem}</div>");
            return;
        }

        page.Add($"""
            <p class="soft">{Amounts.Time(usage.From)} to {Amounts.Time(usage.To)}, as the gateways counted it.</p>
            """);
        if (usage.Rows.Count == 0)
        {
            page.Add($"<p>Nobody who showed who they are.</p>");
            return;
        }

        page.Add($"<div class=\"scroll\"><table><tr><th>consumer</th>");
        if (showsWorkload) page.Add($"<th>service</th>");
        page.Add($"""
            <th>route</th><th class="n">requests</th><th class="n">failed</th><th class="n">received</th>
            <th class="n">sent</th><th>last seen</th></tr>
            """);
        foreach (UsageRow row in usage.Rows.Take(RowsMax))
        {
            page.Add($"<tr><td><strong>{row.Consumer}</strong></td>");
            if (showsWorkload) page.Add($"<td class=\"mono\">{row.Workload}</td>");
            long failed = row.ByStatus.GetValueOrDefault("4xx") + row.ByStatus.GetValueOrDefault("5xx");
            page.Add($"""
                <td class="mono">{row.Route}</td><td class="n">{row.Requests:N0}</td><td class="n">{failed:N0}</td>
                <td class="n">{Amounts.Bytes(row.ReceivedBytes)}</td>
                <td class="n">{Amounts.Bytes(row.SentBytes)}</td>
                <td>{(row.LastSeen is { } at ? Amounts.Time(at) : "–")}</td></tr>
                """);
        }

        page.Add($"</table></div>");
        if (usage.Rows.Count > RowsMax)
            page.Add($"<p class=\"soft\">{usage.Rows.Count - RowsMax} more rows are in the API's answer.</p>");
    }
}
