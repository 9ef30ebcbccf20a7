using System.Globalization;
using Flyball.Autoscaling.Backtesting;
using Flyball.Autoscaling.Capacity;
using Flyball.Autoscaling.Policies;
var dir = args[0];
foreach (var (name, warm, days, startup, constant) in new[]{("wc98_peak_1min",9,35,60,false),("wc98_peak_1min",9,35,300,false),("nasa_jul95_1min",7,27,60,false),("nasa_jul95_1min",7,27,300,false),("nab_tweets_amzn_5min",14,54,300,false),("nab_nyc_taxi_30min",21,63,1800,false),("azure2019_vm_cpu_5min",14,30,300,false),("nab_asg_cpu_5min",14,62,300,false),("wc98_peak_1min",9,35,60,true),("nasa_jul95_1min",7,27,60,true),("nab_tweets_amzn_5min",14,54,300,true)})
{
    using var r = new StreamReader(Path.Combine(dir, name + ".csv"));
    var load = BacktestLoad.Create(LoadSeries.ReadCsv(r), TimeSpan.FromSeconds(15), TimeSpan.FromDays(warm), TimeSpan.FromDays(days), 10, constant);
    var st = new StaffingTable();
    var sim = new Simulation(load, st, TimeSpan.FromSeconds(startup));
    var lb = sim.BoundHours();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{dir}/{name}.csv: start-up {startup} s, scored {(load.Load.Length-load.WarmupTicks)/5760.0:F1} days, lower bound {lb:F0} replica-hours"));
    Console.WriteLine("policy                          viol%   over%    rep-h  x bound    ups  downs");
    void Go(string label, IScalingPolicy p)
    {
        var x = sim.Run(p);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{label,-28} {x.ViolationPercent,8:F3} {x.OverPercent,7:F3} {x.ReplicaHours,8:F0} {x.ReplicaHours/lb,8:F3} {x.ScaleUps,6} {x.ScaleDowns,6}"));
    }
    foreach (var g in new[]{.5,.6,.7,.8}) Go($"HPA cpu {g*100:F0}%", new HorizontalPodPolicy(g));
    foreach (var m in new[]{0,.1,.25,.5}) Go($"queue-reactive +{m*100:F0}%", new QueueAwarePolicy(st, m));
    Go("clairvoyant", new ClairvoyantPolicy(load.Load, st, sim.StartupTicks));
    Go("clairvoyant, 300 s hold", new ClairvoyantPolicy(load.Load, st, sim.StartupTicks, 20));
}
