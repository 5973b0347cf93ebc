"""Invented headlines: which make a catalyst, and which only look like one."""

FIRES: dict[str, tuple[str, ...]] = {
    "law_firm_spam": (
        (
            "SHAREHOLDER ALERT: Bram & Stone LLP Reminds Acme Investors of the "
            "March 3 Deadline in Class Action"
        ),
        (
            "ACME DEADLINE: Leading Law Firm Encourages Acme Corp. Investors to "
            "Secure Counsel Before Important Deadline in Securities Class Action - ACME"
        ),
        (
            "Hollis Law Firm Investigates Claims on Behalf of Investors of Acme "
            "Corp - ACME"
        ),
        (
            "Acme, Inc. Sued for Securities Law Violations - Contact the Bram Law "
            "Group to Discuss Your Rights - ACME"
        ),
        (
            "INVESTOR ALERT: Acme Holdings Investors with Substantial Losses Have "
            "Opportunity to Lead Class Action Lawsuit"
        ),
        "Stone LLC Investigates ACME, BETA, GAMA on Behalf of Shareholders",
        "Is Beta Therapeutics Obtaining a Fair Price for its Shareholders?",
        "ACME Investors Have Opportunity to Lead Acme Corp. Securities Fraud Lawsuit",
        "Lost Money on Acme (ACME)? Contact Bram & Stone Before May 5 Deadline",
        (
            "Stone & Hale, P.C. Announces Proposed Class Action on behalf of Acme "
            "Corporation Shareholders"
        ),
    ),
    "movers_roundup": (
        "12 Health Care Stocks Moving In Thursday's Pre-Market Session",
        "Top Premarket Gainers: ACME, BETA, GAMA",
        "Stocks to Watch: Acme, Beta, Gamma",
        "Why Acme Shares Are Trading Higher Today",
        "Here's Why Acme Stock Jumped 20% on Monday",
        "Earnings Scheduled For February 12",
        "Dow Falls 200 Points; Acme Shares Surge",
        "5 Analysts Assess Acme: What You Need To Know",
        "Unusual Options Activity in Acme",
        "Wall Street closes higher as tech rallies",
        (
            "Drone Stocks in Spotlight as Defense Spending Creates Opportunity for "
            "Companies"
        ),
    ),
    "promotion": (
        "Gold Stocks Poised to Soar as Central Banks Buy",
        "Small Cap Gem Could Be the Next Big Thing in AI",
        "Sponsored Content: This Undervalued Stock Is Set to Explode",
        "Hidden Gem: This Overlooked Stock Is on Our Radar",
    ),
    "trading_halt": (
        "Acme Corp. shares halted, news pending",
        "Nasdaq Halts Trading in Acme Inc.",
        "CIRO Trading Halt - ACM",
        "Acme stock halted on circuit breaker to the upside",
        "NYSE suspends trading in Acme",
        "Acme Announces Issuance of Cease Trade Order",
    ),
    "trading_resume": (
        "Trading Resumes in: Acme Metals",
        "Acme Shares Resume Trading After Halt",
        "CIRO Trade Resumption - ACM",
        "Acme Announces Revocation of Cease Trade Order",
        "Nasdaq Lifts Trading Halt on Acme",
    ),
    "bankruptcy": (
        "Acme Files for Chapter 11 Bankruptcy Protection",
        "Acme Discloses Substantial Doubt About Going Concern",
        "Acme Avoids Bankruptcy With New Loan",
        "Acme enters administration",
        "Acme defaults on $300M bond payment",
        "Acme placed into receivership",
    ),
    "bankruptcy_exit": (
        "Acme Emerges from Chapter 11",
        "Acme Successfully Completes Restructuring, Emerges From Bankruptcy",
        "Court Confirms Acme's Plan of Reorganization",
    ),
    "delisting": (
        "Acme Receives Nasdaq Delisting Notice",
        (
            "Acme Receives Notice from NYSE American Regarding Noncompliance with "
            "Continued Listing Standards"
        ),
        "Acme Receives Nasdaq Notification Regarding Minimum Bid Price Requirement",
        "Acme Announces Receipt of Nasdaq Notice Regarding Late Form 10-Q Filing",
        "Acme Receives Nasdaq Staff Determination Letter",
        "Acme Receives NYSE Continued Listing Standard Notice",
        "Acme to be Delisted from Nasdaq",
        "Acme Not in Compliance With NYSE Listing Standards",
        "Acme Receives Deficiency Letter from Nasdaq",
    ),
    "compliance_regained": (
        "Acme Regains Compliance with Nasdaq Minimum Bid Price Requirement",
        "Acme Receives Notice from Nasdaq That It Has Regained Compliance",
        "Acme Back in Compliance with NYSE Listing Standards",
        "Nasdaq Confirms Acme's Compliance With Listing Rule",
    ),
    "reverse_split": (
        "Acme Announces 1-for-25 Reverse Stock Split",
        "Acme Announces 1-for-10 Share Consolidation",
        "Acme announces one-for-twenty stock split",
        "Acme Stockholders Back Reverse Split",
    ),
    "offering_withdrawn": (
        "Acme Withdraws Proposed Public Offering",
        "Acme Announces Termination of Private Placement",
        "Acme Terminates At-the-Market Program",
        "Acme Cancels Rights Offering",
    ),
    "offering": (
        "Acme Announces Proposed Public Offering of Common Stock",
        "Acme Announces Pricing of $50 Million Public Offering",
        "Acme Prices Upsized $120M Underwritten Public Offering of ADSs",
        (
            "Acme Announces $8.0 Million Registered Direct Offering Priced "
            "At-the-Market Under Nasdaq Rules"
        ),
        "Acme Announces Closing of $6 Million Private Placement",
        "Acme Announces Exercise of Warrants for $4.2 Million Gross Proceeds",
        "Acme Closes First Tranche of Non-Brokered Private Placement",
        "Acme Announces $10 Million Bought Deal Financing",
        "Acme Announces Pricing of $400 Million Convertible Senior Notes Offering",
        "Acme Files $200 Million Mixed Shelf",
        "Acme Enters Into $50 Million Equity Line of Credit",
        "Acme Enters $25 Million Standby Equity Purchase Agreement",
        "Acme Announces Full Exercise of Over-Allotment Option",
        "Acme Announces Pricing of Secondary Offering by Selling Stockholders",
        "Acme Establishes $100 Million At-The-Market Equity Program",
        "Acme Secures $15 Million PIPE Financing",
        "Acme Raises $50M",
        "Acme Announces Rights Offering",
        "Acme Announces Warrant Inducement Transaction",
        "Acme prices offering at $2.50 per share",
        "Acme Announces Pricing of $500 Million of Convertible Notes",
        "Acme Announces Upsize of LIFE Offering",
        "Acme announces $5 million strategic investment",
        "Acme Prices 5,000,000 Share Common Stock Offering",
        "Acme Announces Launch of Offering of 4,000,000 Shares",
        "Acme Announces Pricing of Follow-On Offering",
        "Acme Announces Reg A+ Offering Qualified by SEC",
        "Acme to Sell 2 Million Shares in Public Offering",
        "Acme Announces Securities Purchase Agreement with Institutional Investor",
        "Acme Completes $3.0M Financing",
        (
            "Acme Announces Closing of Oversubscribed Private Placement and "
            "Flow-Through Financing"
        ),
        "Acme Stock Falls on Share Sale",
    ),
    "fda_reject": (
        "Acme Receives Complete Response Letter from FDA for ABC-101",
        "FDA Places Clinical Hold on Acme's Gene Therapy Trial",
        "FDA Rejects Acme's Alzheimer's Drug",
        "FDA panel votes against Acme's drug",
        "Acme Receives Refusal to File Letter",
    ),
    "fda_approval": (
        "FDA Approves Acme's Drug for Migraine",
        "Acme Receives FDA 510(k) Clearance for Its Device",
        "Acme Granted FDA Fast Track Designation for ABC-101",
        "FDA Lifts Clinical Hold on Acme's ABC-101",
        "Acme Announces FDA Acceptance of NDA for ABC-101",
        "European Commission Approves Acme's Therapy",
        "Acme Receives CE Mark",
        "Acme Gets RMAT Designation",
        "No FDA approval yet for Acme's drug",
    ),
    "clinical_data": (
        "Acme Announces Positive Topline Results From Phase 3 Trial",
        "Acme Phase 3 trial met primary endpoint",
        "Acme's Phase 2b Study Fails to Meet Primary Endpoint",
        "Acme Doses First Patient in Phase 1 Trial",
        "Acme Discontinues Phase 2 Study of ABC-101",
        "Acme Reports Interim Data From Pivotal Trial",
    ),
    "ma_terminated": (
        "Acme Terminates Merger Agreement with Beta",
        "Acme and Beta Call Off Merger",
        "Acme Walks Away From Beta Takeover",
        "Acme-Beta merger terminated",
    ),
    "ma": (
        "Acme to Be Acquired by Beta for $3.2 Billion",
        "Acme to Acquire Beta in $3.2 Billion Deal",
        "Acme and Beta Announce Merger of Equals",
        "Beta Acquires Gamma Software",
        "Acme Receives Unsolicited Takeover Proposal",
        "Acme Enters Definitive Agreement to be Taken Private",
        "Acme Completes Acquisition of Beta",
        "Acme Explores Strategic Alternatives",
        "Acme denies merger talks",
        "Acme and Gamma Acquisition Corp. Announce Business Combination",
        "Fed approves bank deal",
    ),
    "uplisting": (
        "Acme Approved for Uplisting to Nasdaq",
        "Acme to Begin Trading on Nasdaq on June 3",
        "Acme Uplists to NYSE American",
    ),
    "guidance_up": (
        "Acme Raises Full-Year Guidance",
        "Acme Beats Estimates, Raises FY26 Outlook",
        "Acme Sees Q3 Revenue Above Consensus",
        "Acme boosts 2026 sales forecast",
    ),
    "guidance_down": (
        "Acme Cuts Full-Year Guidance",
        "Acme Withdraws 2026 Outlook",
        "Acme Issues Profit Warning",
        "Acme Sees Q3 EPS Below Consensus",
    ),
    "earnings_beat": (
        "Acme Q3 Earnings Beat Estimates",
        "Acme Tops Q2 Revenue Expectations",
        "Acme Profit Tops Wall Street View",
    ),
    "earnings_miss": (
        "Acme Misses Q3 Estimates",
        "Acme Q1 Profit Misses Expectations",
        "Acme Revenue Falls Short of Estimates",
    ),
    "routine": (
        "Acme to Present at the Northgate 44th Annual Healthcare Conference",
        "Acme to Participate in Fireside Chat at Upcoming Investor Conferences",
        (
            "Acme Announces Date of Third Quarter 2026 Earnings Release and "
            "Conference Call"
        ),
        "Acme to Report Fourth Quarter Results on February 20",
        "Acme Fund Announces Monthly Distribution",
        "Gamma Municipal Income Trust Declares Dividends",
        "Net Asset Value(s)",
        "Acme plc: Transaction in Own Shares",
        "Acme plc - Total Voting Rights",
        "Global Widget Market to Reach $45.6 Billion by 2031, CAGR of 7.2%",
        "Acme Named One of the Best Places to Work for the Fifth Consecutive Year",
        "Acme Wins Stevie Gold Award for Customer Service",
        "Acme Celebrates 25th Anniversary",
        "Acme Announces Results of Annual Meeting of Shareholders",
        "Acme Reports Inducement Grants Under Nasdaq Listing Rule 5635(c)(4)",
        "Acme Recognized as a Leader in the 2026 Gartner Magic Quadrant",
        "Acme to Host Investor Day on May 4",
        "Acme Publishes 2025 Sustainability Report",
        "Acme to Ring the Nasdaq Opening Bell",
        "Holding(s) in Company",
        "Director/PDMR Shareholding",
        "Acme Bank: Share buy-back programme - week 12",
        "Form 8.3 - Beta plc",
        "Survey Finds Most Parents Worry About Screen Time",
        (
            "Acme Acquisition Corp. Announces the Separate Trading of its Class A "
            "Ordinary Shares and Warrants"
        ),
        "Acme to Present Phase 2 Data at ESMO Congress",
    ),
    "stock_split": (
        "Acme Board Approves 10-for-1 Stock Split",
        "Acme announces three-for-one stock split",
        "Acme declares 2-for-1 stock split",
    ),
    "dividend_cut": (
        "Acme Cuts Dividend by 50%",
        "Acme Suspends Quarterly Dividend",
        "Acme Omits Final Dividend as Dividend Reduction Looms",
    ),
    "buyback": (
        "Acme Announces $500 Million Share Repurchase Program",
        "Acme Board Authorizes New $1 Billion Stock Buyback",
        "Acme Announces Renewal of Normal Course Issuer Bid",
    ),
    "contract": (
        "Acme Awarded $75 Million U.S. Army Contract",
        "Acme Wins Contract From NASA",
        "Acme Receives $12 Million Purchase Order",
        "Acme wins record $412 million defense award",
        "Acme Signs Long-Term Supply Agreement with Beta",
        "Acme Lands Follow-On Order From Beta",
    ),
    "analyst_up": (
        "Bank Upgrades Acme to Buy",
        "Acme price target raised to $55 from $40 at Northgate",
        "Northgate Initiates Acme at Outperform",
    ),
    "analyst_down": (
        "Northgate Downgrades Acme to Sell",
        "Northgate Cuts Acme Price Target to $10",
        "Acme Downgraded at Northgate",
    ),
    "ipo": (
        "Acme Announces Pricing of Initial Public Offering",
        "Beta Files for IPO",
        "Gamma Acquisition Corp. Announces Closing of $200 Million IPO",
        "Acme IPO Prices Above Range",
    ),
    "insider": (
        "Acme CEO Buys 100,000 Shares",
        "Insider Buying at Acme",
        "Acme Director Sells 500 Shares",
    ),
    "ownership": (
        "Activist Investor Takes 6% Stake in Acme",
        "Acme Adopts Poison Pill",
        "Beta Files Schedule 13D on Acme",
    ),
    "partnership": (
        "Acme Strikes Deal for New Office",
        "Acme Partners With Beta on Batteries",
        "Acme and Beta Announce Strategic Collaboration",
        "Acme Signs MOU With Beta",
        "Acme Enters License Agreement With Gamma",
    ),
    "legal": (
        "SEC Charges Acme With Accounting Fraud",
        "Acme sued by rival over patent infringement",
        "Acme Wins Patent Lawsuit Against Beta",
        "DOJ opens probe into Acme",
        "Acme to restate financial results for 2024",
    ),
    "resource": (
        "Acme Drills 12.5 g/t Gold Over 20 Metres",
        "Acme Announces Maiden Resource Estimate",
        "Acme Begins Drilling at Cedar Project",
    ),
    "dividend": (
        "Acme Declares Quarterly Dividend of $0.25 Per Share",
        "Acme Raises Quarterly Dividend 10%",
        "Acme Announces Special Dividend",
    ),
    "guidance_reaffirm": (
        "Acme Reaffirms 2026 Guidance",
        "Acme Reiterates Fiscal 2027 Outlook",
        "Acme Backs Full-Year Forecast",
    ),
    "crypto_treasury": (
        "Acme Buys 500 Bitcoin",
        "Acme Adopts Bitcoin Treasury Strategy",
        "Acme Expands Ethereum Holdings",
    ),
    "management": (
        "Acme Names Jane Doe as CEO",
        "Acme CFO Resigns",
        "Acme Chairman to Retire",
    ),
    "earnings_report": (
        "Acme Reports Third Quarter 2026 Financial Results",
        "Acme Q2 Net Profit Rises 12%",
        "Acme Posts Fourth Quarter Loss",
    ),
    "operations": (
        "Acme halts production at its largest plant",
        "Acme Recalls 50,000 Vehicles Over Brake Defect",
        "Acme Lays Off 400 Workers",
        "Fire at Acme Refinery Injures Two",
        "Acme Discloses Cybersecurity Incident",
    ),
    "analyst_other": (
        "Northgate Maintains Neutral Rating on Acme",
        "Northgate Initiates Coverage on Acme",
        "Northgate Sets Acme Price Target at $12",
    ),
    "product": (
        "Acme Expands Cloud Product Offering",
        "Acme Launches New Cybersecurity Offering for Banks",
        "Acme Launches New Drone",
        "Acme Unveils Next-Generation Chip",
        "Acme's Scanner Now Available",
    ),
    "macro": (
        "Fed Raises Rates by 25 Basis Points",
        "CPI rises 0.3% in May",
        "Jobless Claims Fall Ahead of Payrolls",
    ),
}

SILENT: dict[str, tuple[str, ...]] = {
    "law_firm_spam": (
        "Acme Settles Class Action Lawsuit for $12 Million",
        "Acme Names General Counsel From Bram Law School",
    ),
    "movers_roundup": (
        "Acme Stock Falls on Share Sale",
        "Acme Moves Headquarters to Austin",
    ),
    "promotion": (
        "Penny Pharma Announces Phase 2 Results",
        "Acme to Supply Drone Motors",
    ),
    "trading_halt": (
        "Acme halts production at its largest plant",
        "Acme Halts Phase 2 Trial",
    ),
    "trading_resume": (
        "Acme Resumes Production After Fire",
        "Acme to Resume Dividend",
    ),
    "bankruptcy": (
        "Acme Emerges From Chapter 11",
        "Acme Liquidity Improves",
    ),
    "bankruptcy_exit": (
        "Acme Files for Chapter 11 Bankruptcy Protection",
        "Emerging Markets Lead Gains",
    ),
    "delisting": (
        "Acme Regains Compliance With Nasdaq Listing Rule",
        "Acme Announces Voluntary Delisting From Euronext",
    ),
    "compliance_regained": (
        "Acme Receives Nasdaq Notice of Non-Compliance",
        "Acme Names Chief Compliance Officer",
    ),
    "reverse_split": (
        "Acme Board Approves 10-for-1 Stock Split",
        "Industry Consolidation Lifts Acme",
    ),
    "offering_withdrawn": (
        "Acme Announces Pricing of Public Offering",
        "Acme Withdraws Product From Market",
    ),
    "offering": (
        "Acme Expands Cloud Product Offering",
        "Acme Raises FY Guidance",
        "Acme Withdraws Proposed Public Offering",
        "Acme Launches New Cybersecurity Offering for Banks",
    ),
    "fda_reject": (
        "FDA Lifts Clinical Hold on Acme's Trial",
        "Acme Shareholders Reject Pay Plan",
    ),
    "fda_approval": (
        "FDA Rejects Acme's Drug",
        "Acme Shareholders Approve Merger",
        "Information From Acme",
    ),
    "clinical_data": (
        "Acme Begins Phase 2 of Office Construction",
        "Acme Offers Free Trial of Its Software",
    ),
    "ma_terminated": (
        "Acme Completes Acquisition of Beta",
        "Acme Terminates Lease",
    ),
    "ma": (
        "Acme Terminates Merger Agreement with Beta",
        "Acme Cuts Customer Acquisition Costs",
    ),
    "uplisting": (
        "Acme Announces Pricing of Initial Public Offering, to Begin Trading on Nasdaq",
        "Acme Lists Headquarters for Sale",
    ),
    "guidance_up": (
        "UPS outlook",
        "Northgate Raises Acme Forecast, Price Target to $55",
    ),
    "guidance_down": (
        "Northgate Cuts Acme Forecast and Price Target",
        "IMF Cuts Growth Forecast for Europe",
    ),
    "earnings_beat": (
        "Acme Misses Q3 Estimates",
        "Acme Beats Rivals in Race for Chips",
    ),
    "earnings_miss": (
        "Acme Tops Q2 Revenue Expectations",
        "Acme Opens Office in Miss County",
    ),
    "routine": (
        "Acme Announces Merger and Conference Call",
        "Acme Wins $412 Million Army Award",
    ),
    "stock_split": (
        "Acme Announces 1-for-25 Reverse Stock Split",
        "Acme to Split Off Its Cable Unit",
    ),
    "dividend_cut": (
        "Acme Raises Dividend",
        "Acme Cuts Prices",
    ),
    "buyback": (
        "Acme Suspends Share Buyback",
        "Acme Announces Repurchase of Senior Notes",
    ),
    "contract": (
        "Acme Loses Army Contract",
        "Judge Orders Review of Acme Permit",
    ),
    "analyst_up": (
        "Acme Upgrades Its Network",
        "Northgate Downgrades Acme to Sell",
    ),
    "analyst_down": (
        "Northgate Upgrades Acme to Buy",
        "Acme Lowers Prices",
    ),
    "ipo": (
        "Acme Shares Double Since IPO",
        "Acme Announces Pricing of Public Offering",
    ),
    "insider": (
        "Acme Sells Shares in Public Offering",
        "Insider Threat Software From Acme",
    ),
    "ownership": (
        "Thousands of Jobs at Stake at Acme",
        "Acme Wins Stakes Race",
    ),
    "partnership": (
        "Acme Limited Partnership Units Rise",
        "Acme Partners L.P. Declares Distribution",
    ),
    "legal": (
        "Acme Presents Investigational Drug Data",
        "Acme Legal Tech Platform Files Lawsuit Forms Faster",
    ),
    "resource": (
        "Acme Names Chief Human Resources Officer",
        "Acme Holds Fire Drill",
    ),
    "dividend": (
        "Acme Cuts Dividend",
        "Acme Opens Distribution Center",
    ),
    "guidance_reaffirm": (
        "Northgate Reiterates Buy Rating on Acme, Price Target $10",
        "Acme Raises Guidance",
    ),
    "crypto_treasury": (
        "Bitcoin ETFs See Inflows",
        "US Treasury Yields Fall",
    ),
    "management": (
        "President Trump Signs Order",
        "Acme Names New Ship",
    ),
    "earnings_report": (
        "Acme Opens New Quarter of the City",
        "Acme Names CFO",
    ),
    "operations": (
        "Acme Strikes Deal for Chips",
        "Acme Options With a Strike Price of $10",
    ),
    "analyst_other": (
        "Acme Maintains Neutral Carbon Footprint",
        "Acme Expands Wireless Coverage",
    ),
    "product": (
        "Acme Launches Tender Offer for Beta",
        "Regulator Launches Investigation of Acme",
    ),
    "macro": (
        "Acme Fed Up With Delays",
        "Acme Names CFO",
    ),
}
