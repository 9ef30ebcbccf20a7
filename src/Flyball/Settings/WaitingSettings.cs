using System.Globalization;

namespace Flyball.Settings;

/// <summary>What requests that wait for an instance may take of a gateway.</summary>
/// <param name="RequestsMax">At a time, of all services.</param>
/// <param name="BytesMax">That they hold together.</param>
internal sealed record WaitingSettings(int RequestsMax, long BytesMax)
{
    public static readonly Setting Requests = new(
        "gateway-waiting", "10000", "Requests of all services that may wait for an instance at a time.");

    public static readonly Setting Memory = new(
        "gateway-waiting-memory", "256MB", "What those requests may hold meanwhile, each counted as the most it may.");

    public static IReadOnlyList<Setting> All => [Requests, Memory];

    public static WaitingSettings Read(ISettingValues values)
    {
        string text = values.Value(Requests).Text;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int requests) || requests < 1)
            values.Refuse(Requests, $"'{text}' is no number from 1.");
        long bytes = values.Size(Memory);
        if (values.Value(Memory).Text == "none") values.Refuse(Memory, "'none' is not a size such as 256MB.");
        return new WaitingSettings(Math.Max(1, requests), Math.Max(1, bytes));
    }
}
