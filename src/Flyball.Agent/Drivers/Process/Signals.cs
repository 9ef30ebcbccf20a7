namespace Flyball.Agent.Drivers.Process;

/// <summary>Signal names as Compose writes them (<c>SIGTERM</c>, <c>TERM</c>, <c>15</c>) to Linux numbers.</summary>
internal static class Signals
{
    public static int? Parse(string text)
    {
        if (int.TryParse(text, out int number)) return number is >= 1 and <= 64 ? number : null;
        string name = text.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? text[3..] : text;
        return name.ToUpperInvariant() switch
        {
            "HUP" => 1,
            "INT" => 2,
            "QUIT" => 3,
            "ABRT" => 6,
            "KILL" => 9,
            "USR1" => 10,
            "USR2" => 12,
            "PIPE" => 13,
            "ALRM" => 14,
            "TERM" => 15,
            "CONT" => 18,
            "WINCH" => 28,
            "PWR" => 30,
            _ => null,
        };
    }
}
